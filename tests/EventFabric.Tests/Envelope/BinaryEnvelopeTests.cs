using System.Text;
using EventFabric.Drivers;
using EventFabric.Envelope;
using Xunit;
using static EventFabric.Tests.Envelope.Envelopes;

namespace EventFabric.Tests.Envelope;

public sealed class BinaryEnvelopeTests
{
    public static TheoryData<string> Bindings => ["kafka", "nats", "amqp"];

    [Fact]
    public void The_template_is_the_kafka_binding_of_cloudevents()
    {
        var encoder = new EnvelopeEncoder(Entry<int>(), Source, KafkaStyle, null);
        var memory = new byte[encoder.MaxTemplateLength + 10];

        var block = encoder.WriteTemplate(memory, SomeId, Milliseconds, out var written);

        Assert.Equal(encoder.MaxTemplateLength, written);
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["ce_specversion"] = "1.0",
                ["content-type"] = "application/json",
                ["ce_type"] = SomeType,
                ["ce_source"] = Source,
                ["ce_id"] = SomeId.ToString(),
                ["ce_time"] = "2026-11-24T16:52:03.045Z",
            },
            Headers(block));
        Assert.Equal(new byte[10], memory[written..]);
    }

    [Fact]
    public void Two_events_do_not_share_what_differs()
    {
        var encoder = new EnvelopeEncoder(Entry<int>(), Source, KafkaStyle, null);
        var first = encoder.WriteTemplate(new byte[encoder.MaxTemplateLength], SomeId, Milliseconds, out _);
        encoder.WriteTemplate(new byte[encoder.MaxTemplateLength], Guid.Empty, 0, out _);

        Assert.Equal(SomeId.ToString(), Headers(first)["ce_id"]);
        Assert.Equal("2026-11-24T16:52:03.045Z", Headers(first)["ce_time"]);
    }

    [Fact]
    public void Template_and_general_path_write_the_same_bytes()
    {
        var encoder = new EnvelopeEncoder(Entry<int>(), Source, KafkaStyle, ContentMode.Binary);
        var template = encoder.WriteTemplate(new byte[encoder.MaxTemplateLength], SomeId, Milliseconds, out _);

        Assert.Equal(template.Bytes.ToArray(), Write(encoder, KafkaStyle, new() { Id = new(SomeId), UnixMilliseconds = Milliseconds }).Bytes.ToArray());
    }

    [Theory]
    [MemberData(nameof(Bindings))]
    public void Everything_an_event_has_arrives(string name)
    {
        var binding = name switch { "kafka" => KafkaStyle, "nats" => NatsStyle, _ => Amqp };
        var encoder = new EnvelopeEncoder(Entry<int>("täst %41.v1".Replace(' ', '_')), "/s \"ource\"/\u20ac", binding, null);
        var time = new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(2)).AddTicks(1_234_567);
        var block = Write(encoder, binding, new()
        {
            Id = new("my \"id\" %41 \u20ac"),
            Time = time,
            Subject = "order 100% \u00e9\r\n",
            Key = "not in binary headers",
            Headers = [new("tenant", "a b%20\u20ac"), new("X-Weird \r\n\0", "v\r\n\0"), new("X-weird \r\n\0", "2"), new("empty", "")],
            Coding = "gzip1,aes",
        });

        var decoded = Decode(binding, Record(block, "body"u8.ToArray(), "key"));

        Assert.Equal(("my \"id\" %41 \u20ac", "täst_%41.v1", "/s \"ource\"/\u20ac"), (decoded.Id(), decoded.Type(), decoded.Source()));
        Assert.Equal("täst_%41.v1", Encoding.UTF8.GetString(decoded.TypeUtf8));
        Assert.Equal("order 100% \u00e9\r\n", decoded.Subject());
        Assert.True(time.EqualsExact(decoded.Time()), $"{time:O} became {decoded.Time():O}");
        Assert.Equal("application/json", Encoding.UTF8.GetString(decoded.ContentTypeUtf8));
        Assert.Equal("body", Text(decoded.Body));
        Assert.True(decoded.TryGetCoding(out var coding));
        Assert.Equal("gzip1,aes", coding);
        Assert.Equal(
            [new("tenant", "a b%20\u20ac"), new("X-Weird \r\n\0", "v\r\n\0"), new("X-weird \r\n\0", "2"), new("empty", "")],
            decoded.CopyHeaders());
    }

    [Fact]
    public void Attributes_on_nats_are_percent_encoded_and_headers_of_the_application_are_not()
    {
        var encoder = new EnvelopeEncoder(Entry<int>(), "/\u20ac", NatsStyle, null);

        var headers = Headers(Write(encoder, NatsStyle, new() { Id = new("a b"), Subject = "50%", Headers = [new("tenant", "\u00e9"), new("X-T", "\u00e9")] }));

        Assert.Equal(("a%20b", "50%25", "/%E2%82%AC"), (headers["ce-id"], headers["ce-subject"], headers["ce-source"]));
        Assert.Equal(("%C3%A9", "\u00e9"), (headers["ce-tenant"], headers["X-T"]));
        Assert.Equal("application/json", headers["ce-datacontenttype"]);
    }

    [Fact]
    public void A_template_on_nats_is_read_back_too()
    {
        var encoder = new EnvelopeEncoder(Entry<int>("a\u00e9"), "/\u20ac x", NatsStyle, null);
        var decoded = Decode(NatsStyle, Record(encoder.WriteTemplate(new byte[encoder.MaxTemplateLength], SomeId, Milliseconds, out _), "1"u8.ToArray()));

        Assert.Equal(("/\u20ac x", "a\u00e9", SomeId.ToString()), (decoded.Source(), decoded.Type(), decoded.Id()));
        Assert.Equal("a\u00e9", Encoding.UTF8.GetString(decoded.TypeUtf8));
    }

    [Fact]
    public void Long_texts_are_not_cut()
    {
        var encoder = new EnvelopeEncoder(Entry<int>(), Source, NatsStyle, null);
        var text = new string('\u20ac', 5000);
        var block = Write(encoder, NatsStyle, new() { Id = new(text), Subject = text, Headers = [new("tenant", text), new(text, text)] });

        var decoded = Decode(NatsStyle, Record(block, []));

        Assert.Equal((text, text), (decoded.Id(), decoded.Subject()));
        Assert.Equal([new("tenant", text), new(text, text)], decoded.CopyHeaders());
    }

    [Fact]
    public void A_tombstone_has_a_null_body_and_no_content_type_even_on_a_structured_channel()
    {
        var encoder = new EnvelopeEncoder(Entry<Tombstone>(), Source, KafkaStyle, ContentMode.Structured);

        Assert.True(encoder.HasNullBody);
        Assert.False(encoder.IsStructured);
        var headers = Headers(Write(encoder, KafkaStyle, new() { Id = new(SomeId), UnixMilliseconds = Milliseconds, Key = "k" }));
        Assert.Equal("eventfabric.tombstone", headers["ce_type"]);
        Assert.False(headers.ContainsKey("content-type"));
    }

    [Fact]
    public void Writing_a_template_and_reading_it_allocates_nothing()
    {
        var encoder = new EnvelopeEncoder(Entry<int>(), Source, KafkaStyle, null);
        var memory = new byte[encoder.MaxTemplateLength];
        var decoder = new EnvelopeDecoder(KafkaStyle, null, "orders");
        var record = Record(default(HeaderBlock), []);
        var decoded = default(DecodedEvent);
        var (rounds, ok) = (0, 0);

        Assert.Equal(0, AllocationGate.BytesPerCall(() => ok += Round(rounds++), calls: 1000));
        Assert.Equal(rounds, ok);

        int Round(int i)
        {
            record.Headers = encoder.WriteTemplate(memory, SomeId, Milliseconds + i, out _);
            return decoder.Decode(record, ref decoded) == DecodeStatus.Ok && decoded.TypeUtf8.Length == SomeType.Length && !decoded.TryGetCoding(out _) ? 1 : 0;
        }
    }

    private static HeaderBlock Write(EnvelopeEncoder encoder, CloudEventsBinding binding, OutboundAttributes attributes)
    {
        var writer = new HeaderWriter(binding);
        encoder.Write(writer, attributes);
        return writer.ToBlock();
    }
}
