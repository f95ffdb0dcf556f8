using System.Buffers;
using System.Text;
using System.Text.Json;
using EventFabric.Drivers;
using EventFabric.Envelope;
using EventFabric.Tests.Serialization;
using Xunit;
using static EventFabric.Tests.Envelope.Envelopes;

namespace EventFabric.Tests.Envelope;

public sealed class StructuredEnvelopeTests
{
    private const string Required = "\"specversion\":\"1.0\",\"id\":\"i\",\"source\":\"/s\",\"type\":\"t\"";

    [Fact]
    public void A_json_event_is_written_as_the_format_says()
    {
        var encoder = new EnvelopeEncoder(Entry<int>(), Source, KafkaStyle, ContentMode.Structured);
        var attributes = new OutboundAttributes
        {
            Id = new(SomeId),
            UnixMilliseconds = Milliseconds,
            Subject = "a\"b",
            Key = "customer-7",
            Headers = [new("tenant", "\u00e9\r\n"), new("X-Trace", "t")],
        };

        var body = Body(encoder, attributes, "{\"total\": 1.50}");

        Assert.Equal(
            "{\"specversion\":\"1.0\",\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"source\":\"/shop/orders\",\"type\":\"shop.order.placed.v1\","
            + "\"time\":\"2026-11-24T16:52:03.045Z\",\"subject\":\"a\\\"b\",\"partitionkey\":\"customer-7\",\"tenant\":\"\u00e9\\r\\n\","
            + "\"datacontenttype\":\"application/json\",\"data\":{\"total\": 1.50}}",
            body);
        var writer = new HeaderWriter(KafkaStyle);
        encoder.Write(writer, attributes);
        Assert.Equal(new Dictionary<string, string?> { ["content-type"] = "application/cloudevents+json", ["X-Trace"] = "t" }, Headers(writer.Block));
    }

    [Fact]
    public void On_nats_the_header_that_says_structured_is_not_the_attribute()
    {
        var writer = new HeaderWriter(NatsStyle);
        new EnvelopeEncoder(Entry<int>(), Source, NatsStyle, ContentMode.Structured).Write(writer, new() { Id = new("i") });

        Assert.Equal(new Dictionary<string, string?> { ["Content-Type"] = "application/cloudevents+json" }, Headers(writer.Block));
        Assert.Equal("t", Decode(NatsStyle, Record(writer.ToBlock(), Encoding.UTF8.GetBytes($"{{{Required}}}"))).Type());
    }

    [Theory]
    [InlineData("kafka", "application/json", null, "{\"a\":[1,null,\"\u00e9\"]}")]
    [InlineData("kafka", "application/json", null, "\"text\"")]
    [InlineData("kafka", "application/json", null, "null")]
    [InlineData("kafka", "application/json", null, "")]
    [InlineData("kafka", "application/json", "gzip1", "\u0001\u0002 no json")]
    [InlineData("nats", "application/x-bytes", null, "\0\u00ff any bytes %41 \"")]
    [InlineData("bus", "text/plain", null, "")]
    public void Everything_a_structured_event_has_arrives(string name, string contentType, string? coding, string data)
    {
        var binding = name switch { "kafka" => KafkaStyle, "nats" => NatsStyle, _ => Bus };
        var entry = Entry<int>(contentType: contentType, more: builder => builder.Add(contentType));
        var encoder = new EnvelopeEncoder(entry, "/%41 \u20ac", binding, ContentMode.Structured);
        var time = new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(-3)).AddTicks(1);
        var attributes = new OutboundAttributes
        {
            Id = new("%41 \"\u20ac"),
            Time = time,
            Subject = "%42",
            Key = "k",
            Headers = [new("tenant", "%43 \ud83d\ude00"), new("X-Trace", "%44")],
            Coding = coding,
        };
        var writer = new HeaderWriter(binding);
        encoder.Write(writer, attributes);

        var decoded = Decode(binding, Record(writer.ToBlock(), Encoding.UTF8.GetBytes(Body(encoder, attributes, data))));

        Assert.Equal(("%41 \"\u20ac", SomeType, "/%41 \u20ac", "%42"), (decoded.Id(), decoded.Type(), decoded.Source(), decoded.Subject()));
        Assert.True(time.EqualsExact(decoded.Time()), decoded.Time().ToString("O", null));
        Assert.Equal(contentType, Encoding.UTF8.GetString(decoded.ContentTypeUtf8));
        Assert.Equal(data, Text(decoded.Body));
        Assert.Equal([new("tenant", "%43 \ud83d\ude00"), new("X-Trace", "%44")], decoded.CopyHeaders());
        Assert.True(decoded.TryGetHeader("partitionkey", out var key));
        Assert.Equal("k", key);
        Assert.Equal(coding is not null, decoded.TryGetCoding(out var found));
        Assert.Equal(coding ?? "", found);
    }

    [Fact]
    public void A_serializer_of_json_that_writes_none_is_found_when_publishing()
    {
        var encoder = new EnvelopeEncoder(Entry<int>(), Source, KafkaStyle, ContentMode.Structured);

        foreach (var data in new[] { "{", "1 2", "nope", "{\"a\":1}}" })
        {
            var refused = Assert.Throws<EventFabricException>(() => Body(encoder, new() { Id = new("i") }, data));
            Assert.Equal(EventFabricErrorKind.Serialization, refused.Kind);
            Assert.Contains(SomeType, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_tombstone_where_records_have_no_headers_is_an_event_without_data()
    {
        var encoder = new EnvelopeEncoder(Entry<Tombstone>(), Source, Bus, null);
        var body = Body(encoder, new() { Id = new("i"), Key = "k" }, "");

        Assert.True(encoder.IsStructured);
        Assert.False(encoder.HasNullBody);
        Assert.DoesNotContain("data", body, StringComparison.Ordinal);
        var decoded = Decode(Bus, Record(default(HeaderBlock), Encoding.UTF8.GetBytes(body)));
        Assert.Equal("eventfabric.tombstone", decoded.Type());
        Assert.True(decoded.TryGetHeader("partitionkey", out var key));
        Assert.Equal("k", key);
    }

    [Fact]
    public void Where_records_have_no_headers_other_json_is_foreign()
    {
        foreach (var body in new[] { "{\"detail\":1}", "[1]", "no json", "{\"a\":{\"specversion\":\"1.0\"}}", "" })
        {
            var record = Record(default(HeaderBlock), Encoding.UTF8.GetBytes(body));
            Assert.Equal("foreign.type", Decode(Bus, record, "foreign.type").Type());
            Assert.StartsWith("The record has no CloudEvents attributes.", Refusal(Bus, record), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Extensions_of_every_type_arrive_as_their_canonical_text()
    {
        var decoded = Read($"{{{Required},\"flag\":true,\"other\":false,\"count\":-7,\"uri\":\"https://x/y\",\"bytes\":\"AQID\",\"unset\":null,\"esc\":\"\\u00e9\\n\"}}");

        Assert.Equal(
            [new("flag", "true"), new("other", "false"), new("count", "-7"), new("uri", "https://x/y"), new("bytes", "AQID"), new("esc", "\u00e9\n")],
            decoded.CopyHeaders());
    }

    [Theory]
    [InlineData("\"data\":{\"a\" : [1]}", "{\"a\" : [1]}", "")]
    [InlineData("\"data\":\"text\"", "\"text\"", "")]
    [InlineData("\"data\":null", "null", "")]
    [InlineData("\"data\":\"\\u00e9\",\"datacontenttype\":\"application/json\"", "\"\\u00e9\"", "application/json")]
    [InlineData("\"datacontenttype\":\"text/plain\",\"data\":\"\\u00e9\\n\"", "\u00e9\n", "text/plain")]
    [InlineData("\"data\":\"\\u00e9\\n\",\"datacontenttype\":\"text/plain\"", "\u00e9\n", "text/plain")]
    [InlineData("\"datacontenttype\":\"text/xml\",\"data\":{\"a\":1}", "{\"a\":1}", "text/xml")]
    [InlineData("\"data_base64\":\"AGk=\"", "\0i", "")]
    [InlineData("\"data_base64\":\"AG\\u006b=\",\"data\\u0063ontenttype\":\"application/json\"", "\0i", "application/json")]
    [InlineData("\"data_base64\":null,\"data\":1", "1", "")]
    [InlineData("\"subject\":null", "", "")]
    public void Data_is_taken_as_the_format_says(string members, string expected, string contentType)
    {
        var decoded = Read($"{{{members},{Required}}}");

        Assert.Equal(expected, Text(decoded.Body));
        Assert.Equal(contentType, Encoding.UTF8.GetString(decoded.ContentTypeUtf8));
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("nope", "no JSON: line 0, byte")]
    [InlineData("{R", "no JSON: line 0, byte")]
    [InlineData("{R} {}", "no JSON: line 0, byte")]
    [InlineData("{R,\"data\":{\"a\":}}", "no JSON: line 0, byte")]
    [InlineData("{R,\"id\":\"j\"}", "attribute id twice")]
    [InlineData("{R,\"data\":1,\"data\":2}", "member data twice")]
    [InlineData("{R,\"data_base64\":\"\",\"data_base64\":\"\"}", "member data_base64 twice")]
    [InlineData("{R,\"data\":1,\"data_base64\":\"AA==\"}", "both data and data_base64")]
    [InlineData("{R,\"data_base64\":\"A\"}", "no base64 text")]
    [InlineData("{R,\"data_base64\":\"!!!!\"}", "no base64 text")]
    [InlineData("{R,\"data_base64\":{}}", "no base64 text")]
    [InlineData("{R,\"Tenant\":\"a\"}", "not of a-z and 0-9")]
    [InlineData("{R,\"x-y\":\"a\"}", "not of a-z and 0-9")]
    [InlineData("{R,\"\":\"a\"}", "not of a-z and 0-9")]
    [InlineData("{R,\"tenant\":{}}", "attribute tenant of the structured event is no text")]
    [InlineData("{R,\"tenant\":[1]}", "attribute tenant of the structured event is no text")]
    [InlineData("{R,\"tenant\":1.5}", "attribute tenant of the structured event is no text")]
    [InlineData("{R,\"tenant\":2147483648}", "attribute tenant of the structured event is no text")]
    [InlineData("{R,\"tenant\":\"\\ud800\"}", "no valid Unicode")]
    [InlineData("{R,\"\\ud800\":\"\"}", "no valid Unicode")]
    [InlineData("{R,\"time\":\"soon\"}", "no RFC 3339 date-time")]
    [InlineData("{R,\"time\":1}", "no RFC 3339 date-time")]
    [InlineData("{\"id\":\"i\",\"source\":\"/s\",\"type\":\"t\"}", "specversion of the structured event is not the text 1.0")]
    [InlineData("{\"specversion\":\"0.3\",\"id\":\"i\",\"source\":\"/s\",\"type\":\"t\"}", "specversion of the structured event is not the text 1.0")]
    [InlineData("{\"specversion\":\"1.0\",\"source\":\"/s\",\"type\":\"t\"}", "missing or empty")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/s\",\"type\":\"t\"}", "missing or empty")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"i\",\"source\":null,\"type\":\"t\"}", "missing or empty")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"i\",\"source\":\"/s\"}", "missing or empty")]
    public void What_is_against_the_format_is_refused_in_words(string body, string words)
        => Assert.Contains(words, Refused(body.Replace("R", Required, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void A_text_that_is_no_utf8_is_refused()
    {
        var body = Encoding.UTF8.GetBytes($"{{{Required},\"tenant\":\"?\"}}");
        body[^3] = 0xFF;

        Assert.Contains("no valid Unicode", Refusal(KafkaStyle, Record(Json, body)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/cloudevents-batch+json")]
    [InlineData("application/cloudevents+avro")]
    [InlineData("application/cloudevents")]
    public void Other_formats_are_refused(string contentType)
        => Assert.StartsWith("The body is a CloudEvents format that is not supported", Refusal(KafkaStyle, Record(KafkaStyle, [("content-type", contentType)], "[]")), StringComparison.Ordinal);

    [Fact]
    public void Case_and_parameters_of_the_content_type_do_not_count()
        => Assert.Equal("t", Decode(KafkaStyle, Record(KafkaStyle, [("Content-Type", "Application/CloudEvents+JSON; charset=UTF-8")], $"{{{Required}}}")).Type());

    [Fact]
    public void Depth_count_and_length_are_bounded()
    {
        var deep = StructuredReader.MaxDepth - 1;
        Assert.Equal("t", Read($"{{{Required},\"data\":{new string('[', deep)}{new string(']', deep)}}}").Type());
        Assert.Contains("no JSON", Refused($"{{{Required},\"data\":{new string('[', deep + 1)}{new string(']', deep + 1)}}}"), StringComparison.Ordinal);

        var many = StructuredReader.MaxAttributes - 4;
        Assert.Equal(many, Read($"{{{Required}{Extensions(many)}}}").CopyHeaders().Count);
        Assert.Contains("more than 256 attributes", Refused($"{{{Required}{Extensions(many + 1)}}}"), StringComparison.Ordinal);

        Assert.Equal(64_000, Read($"{{{Required},\"long\":\"{new string('x', 64_000)}\"}}").CopyHeaders()[0].Value.Length);
        Assert.Contains("longer than 65000 bytes", Refused($"{{{Required},\"long\":\"{new string('x', 65_000)}\"}}"), StringComparison.Ordinal);

        Assert.Single(Read($"{{{Required},\"{new string('x', 64)}\":\"\"}}").CopyHeaders());
        Assert.Contains("name of more than 64 bytes", Refused($"{{{Required},\"{new string('x', 65)}\":\"\"}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_structured_events_one_after_the_other_allocates_nothing()
    {
        var decoder = new EnvelopeDecoder(KafkaStyle, null, "orders");
        var decoded = default(DecodedEvent);
        var json = Record(Json, Encoding.UTF8.GetBytes($"{{{Required},\"esc\":\"\\u00e9\",\"data\":{{\"a\":1}}}}"));
        var base64 = Record(Json, Encoding.UTF8.GetBytes($"{{{Required},\"data_base64\":\"AGk=\"}}"));
        var (rounds, length) = (0, 0);

        Assert.Equal(0, AllocationGate.BytesPerCall(() => (rounds, length) = (rounds + 1, length + Round()), calls: 100));
        Assert.Equal(rounds * 9, length);

        int Round()
        {
            decoder.Decode(json, ref decoded);
            var first = decoded.Body.Length;
            decoder.Decode(base64, ref decoded);
            return first + decoded.Body.Length;
        }
    }

    [Fact]
    public void Any_bytes_as_body_are_an_event_or_refused_in_words()
    {
        var random = new Random(20261124);
        var seeds = new[]
        {
            $"{{{Required},\"data\":{{\"a\":[1,\"\\u00e9\",null]}},\"time\":\"2026-11-24T16:52:03Z\"}}",
            $"{{{Required},\"datacontenttype\":\"text/plain\",\"data\":\"\\n\\ud83d\\ude00\"}}",
            $"{{\"data_base64\":\"AGk=\",{Required},\"n\":12}}",
        };
        var decoder = new EnvelopeDecoder(KafkaStyle, null, "orders");
        var decoded = default(DecodedEvent);
        var seen = new HashSet<DecodeStatus>();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(seeds[round % seeds.Length]);
            for (var change = random.Next(3); change >= 0; change--)
                bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:\\u0"[random.Next(10)];
            var body = bytes.AsMemory(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length).ToArray();

            var status = decoder.Decode(Record(Json, body), ref decoded);

            seen.Add(status);
            if (status == DecodeStatus.Undecodable)
                Assert.NotNull(decoded.Problem);
            else
                _ = (decoded.Id(), decoded.Type(), decoded.Source(), decoded.Subject(), decoded.Time(), decoded.CopyHeaders(), decoded.Body.Length);
        }

        Assert.Equal(2, seen.Count);
    }

    private static readonly HeaderBlock Json = Record(KafkaStyle, [("content-type", "application/cloudevents+json")]).Headers;

    private static DecodedEvent Read(string body) => Decode(KafkaStyle, Record(Json, Encoding.UTF8.GetBytes(body)));

    private static string Refused(string body) => Refusal(KafkaStyle, Record(Json, Encoding.UTF8.GetBytes(body)));

    private static string Extensions(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $",\"x{i}\":\"\""));

    private static string Body(EnvelopeEncoder encoder, in OutboundAttributes attributes, string data)
    {
        var output = new ArrayBufferWriter<byte>();
        encoder.WriteStructuredBody(output, attributes, Encoding.UTF8.GetBytes(data));
        using var json = JsonDocument.Parse(output.WrittenMemory);
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
