using EventFabric.Drivers;
using EventFabric.Envelope;
using Xunit;
using static EventFabric.Tests.Envelope.Envelopes;

namespace EventFabric.Tests.Envelope;

public sealed class EventHeadersViewTests
{
    private static readonly Holder Example = new(Record(KafkaStyle,
    [
        ("ce_specversion", "1.0"), ("content-type", "application/json"), ("ce_type", "t"), ("ce_source", "/s"), ("ce_id", "i"), ("ce_subject", "s"),
        ("ce_tenant", "a"), ("ce_dataschema", "https://schema"), ("ce_partitionkey", "k"), ("X-Trace", "upper"), ("x-trace", "lower"), ("x-trace", "second"),
        ("Ünïcode", "u"), ("null", null), ("ef-reason", "bad"), ("ef-coding", "gzip1"),
    ]));

    [Fact]
    public void Users_see_extensions_and_transport_headers_each_name_once()
    {
        KeyValuePair<string, string>[] expected =
        [
            new("tenant", "a"), new("dataschema", "https://schema"), new("X-Trace", "upper"), new("x-trace", "lower"), new("Ünïcode", "u"), new("null", ""),
        ];
        var view = new EventHeadersView(Example);

        Assert.Equal(expected, view);
        Assert.Equal(expected.Length, view.Count);
        Assert.Equal(expected.Select(header => header.Key), view.Keys);
        Assert.Equal(expected.Select(header => header.Value), view.Values);
    }

    [Theory]
    [InlineData("tenant", "a")]
    [InlineData("TENANT", "a")]
    [InlineData("x-trace", "lower")]
    [InlineData("X-Trace", "upper")]
    [InlineData("X-TRACE", "upper")]
    [InlineData("ÜNÏCODE", "u")]
    [InlineData("ef-reason", "bad")]
    [InlineData("partitionkey", "k")]
    [InlineData("EF-reason", null)]
    [InlineData("PartitionKey", null)]
    [InlineData("ce_tenant", null)]
    [InlineData("content-type", null)]
    [InlineData("id", null)]
    [InlineData("none", null)]
    public void A_name_is_found_exactly_first_then_in_any_case_and_own_ones_only_exactly(string name, string? expected)
    {
        var view = new EventHeadersView(Example);

        Assert.Equal(expected is not null, view.TryGetValue(name, out var value));
        Assert.Equal(expected ?? "", value);
        Assert.Equal(expected is not null, view.ContainsKey(name));
        if (expected is null)
            Assert.Throws<KeyNotFoundException>(() => view[name]);
        else
            Assert.Equal(expected, view[name]);
    }

    private sealed class Holder : IDecodedHolder
    {
        private readonly DecodedEvent _decoded;

        internal Holder(in InboundRecord record) => _decoded = Decode(KafkaStyle, record);

        public ref readonly DecodedEvent Decoded => ref _decoded;
    }
}
