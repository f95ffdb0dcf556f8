using System.Buffers;
using System.Text;
using System.Text.Json;
using EventFabric.Configuration;
using EventFabric.Serialization;
using EventFabric.Tests.Envelope;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Serialization;

public sealed class PayloadTests
{
    private const string Body = "{\"orderId\":\"o-1\",\"totalAmount\":12.50}";

    [Fact]
    public async Task Json_is_written_by_our_options_with_and_without_source_generation()
    {
        var generated = new Fabric(builder => builder.AddJson(ShopJson.Default).AddEvent<OrderPlaced>());
        var reflected = new Fabric(builder => builder.AddEvent<OrderPlaced>());

        Assert.Equal(Body, await generated.EncodeAsync(new OrderPlaced("o-1", 12.50m)));
        Assert.Equal(Body, await reflected.EncodeAsync(new OrderPlaced("o-1", 12.50m)));
        Assert.Equal(new OrderPlaced("o-1", 12.50m), await generated.DecodeAsync<OrderPlaced>(Body));
        Assert.Equal(new OrderPlaced("o-1", 12.50m), await reflected.DecodeAsync<OrderPlaced>(Body, contentType: null));
    }

    [Fact]
    public async Task Options_of_the_application_are_applied()
    {
        var fabric = new Fabric(builder => builder.AddJson(ShopJson.Default, options => options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower).AddEvent<OrderPlaced>());

        Assert.Equal("{\"order_id\":\"o\",\"total_amount\":1}", await fabric.EncodeAsync(new OrderPlaced("o", 1)));
    }

    [Fact]
    public void A_type_without_json_metadata_fails_the_start_where_there_is_no_reflection()
    {
        var problems = new List<string>();
        var registrations = EventFabricBuilder.Of(new ServiceCollection().AddEventFabric());
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = ShopJson.Default };
        var codecs = new PayloadCodecs([], options, problems);

        Assert.Null(EventTypeEntries.Create(new EventRegistration<Nameless>(null, null, "shop.nameless", null), codecs, null, problems));
        Assert.NotNull(EventTypeEntries.Create(new EventRegistration<OrderPlaced>(null, null, null, null), codecs, null, problems));

        Assert.Equal(
            $"{typeof(Nameless)} cannot be serialized: there is no JSON metadata for it: name it in a [JsonSerializable(typeof(Nameless))] of a context that AddJson is given.",
            Assert.Single(problems));
        Assert.Empty(registrations.JsonResolvers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nope")]
    [InlineData("{\"orderId\":\"secret\"")]
    [InlineData("{\"orderId\":[\"secret\"]}")]
    [InlineData("{} {}")]
    public async Task A_body_that_is_no_json_is_a_verdict_without_the_payload(string body)
    {
        var refused = await new Fabric(builder => builder.AddEvent<OrderPlaced>()).RefusedAsync<OrderPlaced>(body);

        Assert.Equal("undecodable-body", refused.Reason);
        Assert.StartsWith($"The body is no JSON for {typeof(OrderPlaced)}: line 0, byte ", refused.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_null_is_no_event()
        => Assert.Equal(
            $"The body is the JSON value null, which is no {typeof(OrderPlaced)}.",
            (await new Fabric(builder => builder.AddEvent<OrderPlaced>()).RefusedAsync<OrderPlaced>("null")).Description);

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON")]
    [InlineData("text/json")]
    [InlineData("application/vnd.shop+json")]
    public async Task Every_json_content_type_is_json(string contentType)
        => Assert.Equal("o-1", (await new Fabric(builder => builder.AddEvent<OrderPlaced>()).DecodeAsync<OrderPlaced>(Body, contentType: contentType)).OrderId);

    [Theory]
    [InlineData("application/avro", "application/avro")]
    [InlineData("text/\u00e9\r\n", "text/????")]
    public async Task An_unknown_content_type_is_a_verdict(string contentType, string shown)
    {
        var refused = await new Fabric(builder => builder.AddEvent<OrderPlaced>()).RefusedAsync<OrderPlaced>(Body, contentType: contentType);

        Assert.Equal(("unknown-content-type", $"No serializer for the content type \"{shown}\"."), (refused.Reason, refused.Description));
    }

    [Fact]
    public async Task A_serializer_is_chosen_by_content_type()
    {
        var fabric = new Fabric(builder =>
        {
            builder.Add("text/x-number");
            builder.AddEvent<long>(type: "number", contentType: "text/x-number").AddEvent<int>(type: "int");
        });

        Assert.Equal("42", await fabric.EncodeAsync(42L));
        Assert.Equal(42L, await fabric.DecodeAsync<long>("42", contentType: "Text/X-Number;a=b"));
        Assert.Equal(42L, await fabric.DecodeAsync<long>("42", contentType: null));
        Assert.Equal(7, await fabric.DecodeAsync<int>("7", contentType: "text/x-number"));
        Assert.Equal(7L, await fabric.DecodeAsync<long>("7", contentType: "application/json"));
        Assert.True(fabric.Registry.Find<long>()!.ReadsPublishContext);
        Assert.False(fabric.Registry.Find<int>()!.ReadsPublishContext);
    }

    [Fact]
    public async Task A_serializer_for_json_takes_the_place_of_the_built_in_one()
    {
        var fabric = new Fabric(builder =>
        {
            builder.Add("application/json");
            builder.AddEvent<string>(type: "text");
        });

        Assert.Equal("no quotes", await fabric.EncodeAsync("no quotes"));
        Assert.Equal("no quotes", await fabric.DecodeAsync<string>("no quotes", contentType: "application/vnd.x+json"));
    }

    [Fact]
    public async Task A_serializer_that_throws_is_a_verdict_without_its_message()
    {
        var fabric = new Fabric(builder =>
        {
            builder.Add("text/x-number");
            builder.AddEvent<long>(type: "number", contentType: "text/x-number");
        });

        var refused = await fabric.RefusedAsync<long>("secret", contentType: "text/x-number");

        Assert.Equal(("undecodable-body", "The serializer for event type \"number\" threw System.FormatException."), (refused.Reason, refused.Description));
        Assert.IsType<FormatException>(refused.InnerException);
    }

    [Fact]
    public async Task A_cancelled_attempt_and_a_failure_that_may_pass_are_no_verdict()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        foreach (var suspends in new[] { false, true })
        {
            var fabric = Throwing(suspends, token => new OperationCanceledException(token));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fabric.DecodeAsync<int>("1", cancellationToken: source.Token));
            Assert.Equal("undecodable-body", (await fabric.RefusedAsync<int>("1")).Reason);

            var transient = Throwing(suspends, _ => new EventFabricException(EventFabricErrorKind.Unavailable, "registry"));
            Assert.Equal("registry", (await Assert.ThrowsAsync<EventFabricException>(() => transient.DecodeAsync<int>("1"))).Message);

            var final = Throwing(suspends, _ => new EventFabricException(EventFabricErrorKind.NotFound, "schema"));
            Assert.Equal("undecodable-body", (await final.RefusedAsync<int>("1")).Reason);
        }
    }

    [Fact]
    public async Task A_serializer_that_fails_when_publishing_is_of_kind_serialization()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        foreach (var suspends in new[] { false, true })
        {
            var fabric = Throwing(suspends, _ => new FormatException("secret"));
            var failed = await Assert.ThrowsAsync<EventFabricException>(() => fabric.EncodeAsync(1));
            Assert.Equal(EventFabricErrorKind.Serialization, failed.Kind);
            Assert.Equal("The serializer failed for event type \"int\" (application/json): System.FormatException.", failed.Message);
            Assert.IsType<FormatException>(failed.InnerException);

            var cancelled = Throwing(suspends, token => new OperationCanceledException(token));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.EncodeAsync(1, source.Token));
        }
    }

    [Fact]
    public async Task Older_types_reach_the_handler_of_the_newest_through_every_upcaster()
    {
        var fabric = new Fabric(builder => builder
            .AddEvent<OrderPlaced>()
            .AddUpcaster<OrderPlacedV0, OrderPlacedV1>(old => new(old.Id, 100))
            .AddUpcaster<OrderPlacedV1, OrderPlaced>(old => new(old.OrderId, old.Cents / 100m)));

        Assert.Empty(fabric.Registry.Problems);
        Assert.Equal(
            [
                ("shop.order.placed.v2", false), ("order-placed", false), ("shop.order.placed", false),
                ("shop.order.placed.v1", true), ("shop.order.placed.v0", true),
            ],
            fabric.Decoders.For<OrderPlaced>().Select(each => (each.WireType, each.IsUpcast)));
        Assert.Equal(new OrderPlaced("a", 12.5m), await fabric.DecodeAsync<OrderPlaced>("{\"orderId\":\"a\",\"cents\":1250}", "shop.order.placed.v1"));
        Assert.Equal(new OrderPlaced("b", 1m), await fabric.DecodeAsync<OrderPlaced>("{\"id\":\"b\"}", "shop.order.placed.v0"));
        Assert.Equal(new OrderPlaced("c", 2m), await fabric.DecodeAsync<OrderPlaced>("{\"orderId\":\"c\",\"totalAmount\":2}", "order-placed"));
        Assert.Equal("undecodable-body", (await fabric.RefusedAsync<OrderPlaced>("nope", "shop.order.placed.v0")).Reason);
        Assert.Single(fabric.Decoders.For<OrderPlacedV0>());
        Assert.Empty(fabric.Decoders.For<Nameless>());
    }

    [Fact]
    public async Task An_upcaster_that_throws_or_gives_null_is_a_verdict()
    {
        var throwing = new Fabric(builder => builder.AddEvent<OrderPlaced>().AddUpcaster<OrderPlacedV1, OrderPlaced>(_ => throw new FormatException("secret")));
        var empty = new Fabric(builder => builder.AddEvent<OrderPlaced>().AddUpcaster<OrderPlacedV1, OrderPlaced>(_ => null!));

        Assert.Equal(
            $"The upcaster from {typeof(OrderPlacedV1)} to {typeof(OrderPlaced)} threw System.FormatException.",
            (await throwing.RefusedAsync<OrderPlaced>("{}", "shop.order.placed.v1")).Description);
        Assert.Equal(
            $"The upcaster from {typeof(OrderPlacedV1)} to {typeof(OrderPlaced)} gave null.",
            (await empty.RefusedAsync<OrderPlaced>("{}", "shop.order.placed.v1")).Description);
    }

    [Fact]
    public async Task A_tombstone_is_its_key()
    {
        var fabric = new Fabric(_ => { });

        Assert.Equal("", await fabric.EncodeAsync(new Tombstone("k")));
        Assert.Equal(new Tombstone("k"), await fabric.DecodeAsync<Tombstone>("", contentType: "any/thing"));
        var decoder = fabric.Decoders.For<Tombstone>()[0].Decoder;
        await Assert.ThrowsAsync<PayloadException>(async () => await decoder.DecodeAsync(default, new EventContext<string>("x"), default));
        var headers = new EventHeaders(new Dictionary<string, string> { ["partitionkey"] = "p" });
        Assert.Equal(new Tombstone("p"), await decoder.DecodeAsync(default, new EventContext<string>("x") { Headers = headers }, default));
    }

    [Fact]
    public async Task Data_published_as_a_base_type_is_written_as_what_it_is()
    {
        var fabric = new Fabric(builder => builder.AddEvent<OrderPlaced>());
        object data = new OrderPlaced("o-1", 12.50m);
        var output = new ArrayBufferWriter<byte>();

        await fabric.Registry.Find(data.GetType())!.EncodeAsync(fabric.Encoder, data, output, null, default);

        Assert.Equal(Body, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Json_both_ways_allocates_what_the_serializer_alone_does()
    {
        var fabric = new Fabric(builder => builder.AddJson(ShopJson.Default).AddEvent<Reading>());
        var entry = fabric.Registry.Find<Reading>()!;
        var decoder = fabric.Decoders.For<Reading>()[0].Decoder;
        var output = new ArrayBufferWriter<byte>(4096);
        var reading = new Reading("", 1.5);
        var body = "{\"device\":\"\",\"value\":1.5}"u8.ToArray();
        (string, string?)[] headers = [("ce_specversion", "1.0"), ("content-type", "application/json"), ("ce_type", "t"), ("ce_source", "/s"), ("ce_id", "i")];
        var received = Envelopes.Decode(Envelopes.KafkaStyle, Envelopes.Record(Envelopes.Record(Envelopes.KafkaStyle, headers).Headers, body));
        var metadata = new ShopJson(new JsonSerializerOptions(JsonSerializerDefaults.Web)).Reading;
        EventContext context = new EventContext<string>("x");

        Assert.Equal(Bytes(() => JsonSerializer.Deserialize(body, metadata) == reading), Bytes(() => decoder.DecodeAsync(received, context, default).Take() == reading));
        using var writer = new Utf8JsonWriter(output);
        var alone = Bytes(() =>
        {
            output.ResetWrittenCount();
            writer.Reset();
            JsonSerializer.Serialize(writer, reading, metadata);
            writer.Flush();
            return true;
        });
        Assert.Equal(alone, Bytes(() =>
        {
            output.ResetWrittenCount();
            var writing = fabric.Encoder.EncodeAsync(entry, reading, output, null, default).AsTask();
            return writing.IsCompletedSuccessfully;
        }));

        static double Bytes(Func<bool> once)
        {
            Assert.True(once());
            return AllocationGate.BytesPerCall(() => once(), calls: 1000, untilNothing: false);
        }
    }

    private static Fabric Throwing(bool suspends, Func<CancellationToken, Exception> exception) => new(builder =>
    {
        EventFabricBuilder.Of(builder).Serializers.Add(_ => new ThrowingSerializer(suspends, exception));
        builder.AddEvent<int>(type: "int");
    });

    private sealed class ThrowingSerializer(bool suspends, Func<CancellationToken, Exception> exception) : IEventSerializer
    {
        public string ContentType => "application/json";

        public ValueTask SerializeAsync<T>(T data, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
            => suspends ? new(FailAsync<T>(cancellationToken)) : throw exception(cancellationToken);

        public ValueTask<T> DeserializeAsync<T>(ReadOnlySequence<byte> body, EventContext context, CancellationToken cancellationToken)
            => suspends ? new(FailAsync<T>(cancellationToken)) : throw exception(cancellationToken);

        private async Task<T> FailAsync<T>(CancellationToken cancellationToken)
        {
            await Task.Yield();
            throw exception(cancellationToken);
        }
    }
}
