using System.Buffers;
using System.Text;
using EventFabric.Configuration;
using EventFabric.Serialization;
using EventFabric.Tests.Envelope;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Serialization;

/// <summary>A registry with its encoder and decoders, from registrations as an application writes them.</summary>
internal sealed class Fabric
{
    private readonly FabricRegistrations _registrations;

    internal Fabric(Action<IEventFabricBuilder> register)
    {
        var builder = new ServiceCollection().AddEventFabric();
        register(builder);
        _registrations = EventFabricBuilder.Of(builder);
        Registry = new EventTypeRegistry(_registrations, builder.Services.BuildServiceProvider());
        Encoder = new PayloadEncoder(Registry);
        Decoders = new PayloadDecoders(_registrations, Registry);
    }

    internal EventTypeRegistry Registry { get; }

    internal PayloadEncoder Encoder { get; }

    internal PayloadDecoders Decoders { get; }

    internal async Task<string> EncodeAsync<T>(T data, CancellationToken cancellationToken = default)
        where T : notnull
    {
        var output = new ArrayBufferWriter<byte>();
        await Encoder.EncodeAsync(Registry.Find<T>()!, data, output, new TestPublishContext(), cancellationToken);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Decodes a body that arrives under a name on the wire.</summary>
    internal async Task<T> DecodeAsync<T>(
        string body, string? wireType = null, string? contentType = "application/json", string? coding = null, CancellationToken cancellationToken = default)
        where T : notnull
    {
        var decoder = Decoders.For<T>().First(each => wireType is null || each.WireType == wireType).Decoder;
        (string Name, string? Value)[] headers =
        [
            ("ce_specversion", "1.0"), ("ce_type", wireType ?? "t"), ("ce_source", "/s"), ("ce_id", "i"),
            .. contentType is null ? [] : new[] { ("content-type", (string?)contentType) },
            .. coding is null ? [] : new[] { ("ef-coding", (string?)coding) },
        ];
        var received = Envelopes.Decode(Envelopes.KafkaStyle, Envelopes.Record(Envelopes.KafkaStyle, headers, body));
        return await decoder.DecodeAsync(received, new EventContext<string>("x") { Key = "k" }, cancellationToken);
    }

    internal async Task<PayloadException> RefusedAsync<T>(string body, string? wireType = null, string? contentType = "application/json", string? coding = null)
        where T : notnull => await Assert.ThrowsAsync<PayloadException>(() => DecodeAsync<T>(body, wireType, contentType, coding));
}
