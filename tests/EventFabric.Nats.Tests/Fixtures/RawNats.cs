using System.Globalization;
using System.Text;
using EventFabric.Testing;
using Microsoft.Extensions.Primitives;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventFabric.Nats.Tests.Fixtures;

/// <summary>The vendor's client, by itself: what the library writes is read with it, and the reverse.</summary>
internal sealed class RawNats : IAsyncDisposable
{
    private const string Key = "ce-partitionkey";
    private const string NullBody = "ef-null-body";

    internal RawNats(string url)
    {
        Connection = new NatsConnection(NatsOpts.Default with { Url = url, HeaderEncoding = Encoding.Latin1, CaseSensitiveHeaders = true });
        JetStream = new NatsJSContext(Connection);
    }

    internal NatsConnection Connection { get; }

    internal NatsJSContext JetStream { get; }

    internal static string StreamOf(string address) => address.Replace('.', '_');

    internal async Task<PubAckResponse> WriteAsync(string address, RawRecord record, CancellationToken cancellationToken)
    {
        var headers = new NatsHeaders(caseSensitive: true);
        foreach (var (name, value) in record.Headers)
        {
            var text = Encoding.Latin1.GetString(value);
            headers[name] = headers.TryGetValue(name, out var known) ? StringValues.Concat(known, text) : text;
        }

        if (record.Key is { } key)
            headers[Key] = string.Concat(key.Select(static code => string.Create(CultureInfo.InvariantCulture, $"%{code:X2}")));
        if (record.Body is null)
            headers[NullBody] = "1";
        var ack = await JetStream.PublishAsync(
            $"{address}.0", record.Body ?? [], serializer: NatsRawSerializer<byte[]>.Default, headers: headers, cancellationToken: cancellationToken);
        ack.EnsureSuccess();
        return ack;
    }

    internal async Task<IReadOnlyList<RawRecord>> ReadAsync(string address, CancellationToken cancellationToken) =>
        [.. (await MessagesAsync(address, cancellationToken)).Select(ToRecord)];

    /// <summary>All that is in a stream, in its order.</summary>
    internal async Task<List<INatsJSMsg<byte[]>>> MessagesAsync(string address, CancellationToken cancellationToken)
    {
        var messages = new List<INatsJSMsg<byte[]>>();
        INatsJSConsumer consumer;
        try
        {
            consumer = await JetStream.CreateConsumerAsync(StreamOf(address), new ConsumerConfig { Name = $"raw-{Guid.NewGuid():N}", AckPolicy = ConsumerConfigAckPolicy.None, FilterSubject = $"{address}.*" }, cancellationToken);
        }
        catch (NatsJSApiException error) when (error.Error.Code == 404)
        {
            return messages;
        }

        // Asked again each time: what expires meanwhile never comes.
        while (consumer.Info.NumPending > 0)
        {
            await foreach (var message in consumer.FetchNoWaitAsync(new NatsJSFetchOpts { MaxMsgs = 1000 }, NatsRawSerializer<byte[]>.Default, cancellationToken))
                messages.Add(message);
            await consumer.RefreshAsync(cancellationToken);
        }

        await JetStream.DeleteConsumerAsync(StreamOf(address), consumer.Info.Name, cancellationToken);
        return messages;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private static RawRecord ToRecord(INatsJSMsg<byte[]> message)
    {
        var headers = new List<KeyValuePair<string, byte[]>>();
        byte[]? key = null;
        var isNull = false;
        foreach (var (name, values) in message.Headers ?? [])
        {
            foreach (var value in values)
            {
                if (name == Key)
                    key = Encoding.Latin1.GetBytes(Unescape(value ?? ""));
                else if (name == NullBody)
                    isNull = true;
                else if (!name.StartsWith("Nats-", StringComparison.Ordinal))
                    headers.Add(new(Unescape(name), Encoding.Latin1.GetBytes(name.StartsWith("ce-", StringComparison.Ordinal) ? value ?? "" : Unescape(value ?? ""))));
            }
        }

        return new RawRecord(key, isNull ? null : message.Data ?? [], headers);
    }

    /// <summary>Byte for byte: what stands behind a percent sign is a byte's number, whatever character it is part of.</summary>
    private static string Unescape(string text)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                i += 2;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }
}
