using System.Text;
using EventFabric.Configuration;
using EventFabric.Drivers;
using EventFabric.Envelope;
using EventFabric.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Tests.Envelope;

/// <summary>What the envelope's tests need: bindings, an event type, and records as a driver would hand them over.</summary>
internal static class Envelopes
{
    internal const string SomeType = "shop.order.placed.v1";
    internal const string Source = "/shop/orders";

    internal static readonly CloudEventsBinding KafkaStyle = new("ce_", "content-type");
    internal static readonly CloudEventsBinding NatsStyle = new("ce-", "ce-datacontenttype", PercentEncoded: true);
    internal static readonly CloudEventsBinding Amqp = new("cloudEvents_", "content-type", AlsoRead: "cloudEvents:");
    internal static readonly CloudEventsBinding Bus = new("ce_", "content-type", StructuredOnly: true);

    internal static readonly Guid SomeId = Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057");
    internal const long Milliseconds = 1_795_539_123_045;

    internal static EventTypeEntry Entry<T>(string type = SomeType, string? contentType = null, Action<IEventFabricBuilder>? more = null)
        where T : notnull
    {
        var builder = new ServiceCollection().AddEventFabric();
        more?.Invoke(builder);
        if (typeof(T) != typeof(Tombstone))
            builder.AddEvent<T>(type: type, contentType: contentType);
        var registry = new EventTypeRegistry(EventFabricBuilder.Of(builder), builder.Services.BuildServiceProvider());
        return registry.Problems.Count == 0 ? registry.Find(typeof(T))! : throw new InvalidOperationException(string.Join('\n', registry.Problems));
    }

    internal static InboundRecord Record(
        CloudEventsBinding binding, IEnumerable<(string Name, string? Value)> headers, string? body = "{}", string? key = null, string partition = "3")
    {
        var writer = new HeaderWriter(binding);
        foreach (var (name, value) in headers)
        {
            if (value is null)
                writer.AddNull(Encoding.UTF8.GetBytes(name));
            else
                writer.Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        }

        return Record(writer.ToBlock(), body is null ? null : Encoding.UTF8.GetBytes(body), key, partition);
    }

    internal static InboundRecord Record(HeaderBlock headers, byte[]? body, string? key = null, string partition = "3") => new()
    {
        Headers = headers,
        Body = body,
        Key = key is null ? default : Encoding.UTF8.GetBytes(key),
        Flags = (body is null ? RecordFlags.NullBody : RecordFlags.None) | (key is null ? RecordFlags.None : RecordFlags.HasKey),
        BrokerTimeMs = Milliseconds,
        Ref = new RecordRef(new Ownership(partition, 3), new RecordPosition(3, 1042, 0, null), null),
    };

    internal static DecodedEvent Decode(CloudEventsBinding binding, in InboundRecord record, string? foreignType = null)
    {
        var decoded = default(DecodedEvent);
        var status = new EnvelopeDecoder(binding, foreignType, "orders").Decode(record, ref decoded);
        return status == DecodeStatus.Ok ? decoded : throw new InvalidOperationException(decoded.Problem);
    }

    internal static string Refusal(CloudEventsBinding binding, in InboundRecord record, string? foreignType = null)
    {
        var decoded = default(DecodedEvent);
        var status = new EnvelopeDecoder(binding, foreignType, "orders").Decode(record, ref decoded);
        return status == DecodeStatus.Undecodable ? decoded.Problem! : throw new InvalidOperationException($"Taken as event {decoded.Type()}.");
    }

    internal static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    internal static Dictionary<string, string?> Headers(HeaderBlock block)
    {
        Dictionary<string, string?> headers = [];
        foreach (var entry in block)
            headers.Add(Encoding.UTF8.GetString(entry.Name), entry.IsNull ? null : Encoding.UTF8.GetString(entry.Value));
        return headers;
    }
}
