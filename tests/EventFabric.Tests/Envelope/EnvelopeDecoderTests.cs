using System.Text;
using EventFabric.Drivers;
using EventFabric.Envelope;
using Xunit;
using static EventFabric.Tests.Envelope.Envelopes;

namespace EventFabric.Tests.Envelope;

public sealed class EnvelopeDecoderTests
{
    private static readonly (string Name, string? Value)[] Complete =
        [("ce_specversion", "1.0"), ("ce_type", "t"), ("ce_source", "/s"), ("ce_id", "i"), ("ce_time", "2026-11-24T16:52:03Z")];

    [Fact]
    public void Attributes_are_found_in_any_order()
    {
        var headers = Complete.Reverse().Append(("content-type", "text/plain")).Prepend(("x", "y"));

        var decoded = Decode(KafkaStyle, Record(KafkaStyle, headers));

        Assert.Equal(("i", "t", "/s", null), (decoded.Id(), decoded.Type(), decoded.Source(), decoded.Subject()));
        Assert.Equal("2026-11-24T16:52:03.0000000+00:00", decoded.Time().ToString("O", null));
        Assert.Equal("text/plain", Encoding.UTF8.GetString(decoded.ContentTypeUtf8));
        Assert.Equal([new("x", "y")], decoded.CopyHeaders());
    }

    [Fact]
    public void An_event_without_time_has_the_brokers()
    {
        var decoded = Decode(KafkaStyle, Record(KafkaStyle, Complete.Where(header => header.Name != "ce_time")));

        Assert.Equal(Milliseconds, decoded.Time().ToUnixTimeMilliseconds());
        Assert.True(decoded.ContentTypeUtf8.IsEmpty);
    }

    [Fact]
    public void The_second_prefix_is_read_too()
    {
        var headers = Complete.Select(header => (header.Name.Replace("ce_", "cloudEvents:", StringComparison.Ordinal), header.Value)).Append(("cloudEvents:tenant", "a"));

        var decoded = Decode(Amqp, Record(Amqp, headers));

        Assert.Equal(("i", "t", "/s"), (decoded.Id(), decoded.Type(), decoded.Source()));
        Assert.Equal([new("tenant", "a")], decoded.CopyHeaders());
    }

    [Theory]
    [InlineData("ce_specversion", null, "The CloudEvents attribute specversion is missing or empty.")]
    [InlineData("ce_specversion", "0.3", "The CloudEvents attribute specversion is not 1.0.")]
    [InlineData("ce_specversion", "", "The CloudEvents attribute specversion is not 1.0.")]
    [InlineData("ce_id", null, "The CloudEvents attribute id is missing or empty.")]
    [InlineData("ce_id", "", "The CloudEvents attribute id is missing or empty.")]
    [InlineData("ce_type", null, "The CloudEvents attribute type is missing or empty.")]
    [InlineData("ce_type", "", "The CloudEvents attribute type is missing or empty.")]
    [InlineData("ce_source", null, "The CloudEvents attribute source is missing or empty.")]
    [InlineData("ce_source", "", "The CloudEvents attribute source is missing or empty.")]
    [InlineData("ce_time", "yesterday", "The CloudEvents attribute time is no RFC 3339 date-time.")]
    [InlineData("ce_time", "", "The CloudEvents attribute time is no RFC 3339 date-time.")]
    public void A_broken_attribute_makes_the_event_undecodable(string name, string? value, string problem)
    {
        var headers = Complete.Where(header => header.Name != name).Concat(value is null ? [] : new[] { (name, (string?)value) }).ToArray();

        Assert.Equal(problem, Refusal(KafkaStyle, Record(KafkaStyle, headers)));
        Assert.Equal(problem, Refusal(KafkaStyle, Record(KafkaStyle, headers), "foreign.type"));

        // The same where the quick path begins.
        var quick = headers.Where(header => header.Item1 != "ce_specversion").Prepend(("content-type", "application/json")).Prepend(("ce_specversion", "1.0"));
        if (name != "ce_specversion")
            Assert.Equal(problem, Refusal(KafkaStyle, Record(KafkaStyle, quick)));
    }

    [Fact]
    public void An_id_that_is_no_text_is_refused()
    {
        var writer = new HeaderWriter(KafkaStyle);
        foreach (var (name, value) in Complete)
            writer.Add(Encoding.UTF8.GetBytes(name), name == "ce_id" ? [0xC0, 0xA0] : Encoding.UTF8.GetBytes(value!));

        Assert.Equal("The CloudEvents attribute id or source is no valid UTF-8.", Refusal(KafkaStyle, Record(writer.ToBlock(), [])));
    }

    [Fact]
    public void A_message_of_another_producer_is_refused_unless_the_channel_names_a_type()
    {
        var record = Record(KafkaStyle, [("x", "y"), ("content-type", "application/json")], "{\"a\":1}");

        Assert.Equal(
            "The record has no CloudEvents attributes. Set EventFabric:Channels:orders:ForeignType to the event type of such messages, if they are expected.",
            Refusal(KafkaStyle, record));
        var decoded = Decode(KafkaStyle, record, "foreign.type");
        Assert.Equal(("foreign.type", "foreign.type"), (decoded.Type(), Encoding.UTF8.GetString(decoded.TypeUtf8)));
        Assert.Equal(("orders/3/1042", "/orders", Milliseconds), (decoded.Id(), decoded.Source(), decoded.Time().ToUnixTimeMilliseconds()));
        Assert.Equal("application/json", Encoding.UTF8.GetString(decoded.ContentTypeUtf8));
        Assert.Equal("{\"a\":1}", Text(decoded.Body));
        Assert.Equal([new("x", "y")], decoded.CopyHeaders());
    }

    [Fact]
    public void A_message_without_headers_is_foreign_and_has_an_id_that_stays()
    {
        var record = Record(default(HeaderBlock), "{}"u8.ToArray(), partition: "");

        Assert.Equal("orders/3/1042", Decode(KafkaStyle, record, "foreign.type").Id());
        Assert.Equal("orders/3/1042", Decode(KafkaStyle, record, "foreign.type").Id());
        Assert.True(Decode(KafkaStyle, record, "foreign.type").ContentTypeUtf8.IsEmpty);
    }

    [Fact]
    public void A_null_body_with_a_key_is_a_tombstone_whatever_the_type_says()
    {
        var own = Decode(KafkaStyle, Record(KafkaStyle, Complete, null, "k"));
        var bare = Decode(KafkaStyle, Record(KafkaStyle, [], null, "k"));
        var broken = Decode(KafkaStyle, Record(KafkaStyle, [("ce_type", "t"), ("x", "y")], null, ""));

        Assert.Equal(("eventfabric.tombstone", "i", "/s"), (own.Type(), own.Id(), own.Source()));
        Assert.Equal(("eventfabric.tombstone", "orders/3/1042", "/orders"), (bare.Type(), bare.Id(), bare.Source()));
        Assert.Equal("eventfabric.tombstone", broken.Type());
        Assert.Equal("eventfabric.tombstone", Encoding.UTF8.GetString(own.TypeUtf8));
        Assert.True(own.Body.IsEmpty);
    }

    [Fact]
    public void A_null_body_without_a_key_and_an_empty_body_with_one_are_no_tombstones()
    {
        Assert.Equal("t", Decode(KafkaStyle, Record(KafkaStyle, Complete, null)).Type());
        Assert.Equal("t", Decode(KafkaStyle, Record(KafkaStyle, Complete, "", "k")).Type());
    }

    [Fact]
    public void A_slot_that_is_used_again_keeps_nothing_of_the_event_before()
    {
        var decoder = new EnvelopeDecoder(KafkaStyle, "foreign.type", "orders");
        var decoded = default(DecodedEvent);
        Assert.Equal(DecodeStatus.Ok, decoder.Decode(Record(KafkaStyle, [("ce_id", "tomb"), ("ef-coding", "x")], null, "k"), ref decoded));
        Assert.Equal(DecodeStatus.Undecodable, decoder.Decode(Record(KafkaStyle, [("ce_id", "i")]), ref decoded));
        Assert.NotNull(decoded.Problem);

        Assert.Equal(DecodeStatus.Ok, decoder.Decode(Record(KafkaStyle, Complete), ref decoded));
        Assert.Equal(("t", "i", null), (decoded.Type(), decoded.Id(), decoded.Problem));
        Assert.False(decoded.TryGetCoding(out _));

        Assert.Equal(DecodeStatus.Ok, decoder.Decode(Record(KafkaStyle, []), ref decoded));
        Assert.Equal(("foreign.type", "orders/3/1042"), (decoded.Type(), decoded.Id()));
        Assert.Empty(decoded.CopyHeaders());
    }

    [Fact]
    public void A_slot_that_has_seen_many_events_says_what_a_new_one_says()
    {
        var random = new Random(20261124);
        var encoders = new[] { SomeType, "shop.order.placed.v2", "short" }.Select(type => new EnvelopeEncoder(Entry<int>(type), Source, KafkaStyle, null)).ToArray();
        var decoder = new EnvelopeDecoder(KafkaStyle, "foreign.type", "orders");
        var old = default(DecodedEvent);
        var (same, refused) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var encoder = encoders[random.Next(8) == 0 ? random.Next(3) : 0];
            var bytes = encoder.WriteTemplate(new byte[encoder.MaxTemplateLength], new Guid(random.Next(), 1, 2, [3, 4, 5, 6, 7, 8, 9, 10]), Milliseconds + random.Next(), out _).Bytes.ToArray();
            if (random.Next(3) == 0)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(5) == 0)
                bytes = [.. bytes, .. Record(KafkaStyle, [("ef-coding", "gzip1"), ("ce_subject", "s")]).Headers.Bytes[8..].Span];
            else if (random.Next(20) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            var record = Record(new HeaderBlock(bytes), random.Next(50) == 0 ? null : "{}"u8.ToArray(), random.Next(2) == 0 ? "k" : null);
            var fresh = default(DecodedEvent);

            var expected = decoder.Decode(record, ref fresh);
            var status = decoder.Decode(record, ref old);

            Assert.Equal((round, expected, fresh.Problem), (round, status, old.Problem));
            if (status == DecodeStatus.Ok)
            {
                same++;
                Assert.Equal(Everything(fresh), Everything(old));
            }
            else
            {
                refused++;
            }
        }

        Assert.True(same > 10_000 && refused > 1000, $"{same} events, {refused} refused");

        static string Everything(in DecodedEvent decoded)
        {
            var coding = decoded.TryGetCoding(out var text) ? text : "none";
            return string.Join('|', decoded.Id(), decoded.Type(), Encoding.UTF8.GetString(decoded.TypeUtf8), decoded.Source(), decoded.Subject(), decoded.Time().ToString("O", null),
                Encoding.UTF8.GetString(decoded.ContentTypeUtf8), coding, string.Join(',', decoded.CopyHeaders()), decoded.Flags, decoded.Body.Length);
        }
    }

    [Fact]
    public void Any_bytes_as_headers_are_an_event_or_refused_in_words()
    {
        var random = new Random(20261124);
        var valid = Record(KafkaStyle, Complete.Prepend(("content-type", "application/cloudevents+json")).Append(("ef-coding", "a"))).Headers.Bytes.ToArray();
        var decoder = new EnvelopeDecoder(KafkaStyle, null, "orders");
        var decoded = default(DecodedEvent);
        var seen = new HashSet<DecodeStatus>();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = round % 2 == 0 ? Record(KafkaStyle, Complete).Headers.Bytes.ToArray() : valid.ToArray();
            for (var change = random.Next(4); change >= 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var cut = bytes.AsMemory(0, random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length);

            var status = decoder.Decode(Record(new HeaderBlock(cut), "{}"u8.ToArray()), ref decoded);

            seen.Add(status);
            if (status == DecodeStatus.Undecodable)
                Assert.NotNull(decoded.Problem);
            else
                _ = (decoded.Id(), decoded.Type(), decoded.Source(), decoded.Subject(), decoded.Time(), decoded.CopyHeaders(), decoded.TryGetCoding(out _));
        }

        Assert.Equal(2, seen.Count);
    }
}
