using EventFabric.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Serialization;

public sealed class PayloadTransformTests
{
    [Fact]
    public async Task Transforms_are_applied_in_order_and_undone_in_reverse()
    {
        var fabric = new Fabric(builder => builder.AddPayloadTransform<ReverseTransform>().AddPayloadTransform<MarkTransform>().AddEvent<Reading>());
        var entry = fabric.Registry.Find<Reading>()!;

        var body = await fabric.EncodeAsync(new Reading("d", 1.5));

        Assert.Equal("M}5.1:\"eulav\",\"d\":\"ecived\"{", body);
        Assert.Equal("reverse,mark-1", entry.Coding);
        Assert.True(entry.ReadsPublishContext);
        Assert.Equal(new Reading("d", 1.5), await fabric.DecodeAsync<Reading>(body, coding: entry.Coding));
    }

    [Fact]
    public async Task A_body_without_the_header_was_not_transformed()
        => Assert.Equal(
            new Reading("d", 1),
            await new Fabric(builder => builder.AddPayloadTransform<MarkTransform>().AddEvent<Reading>()).DecodeAsync<Reading>("{\"device\":\"d\",\"value\":1}"));

    [Theory]
    [InlineData("gzip1")]
    [InlineData("mark-1,gzip1")]
    [InlineData("")]
    [InlineData("MARK-1")]
    public async Task A_coding_that_is_not_known_here_is_a_verdict(string coding)
    {
        var refused = await new Fabric(builder => builder.AddPayloadTransform<MarkTransform>().AddEvent<Reading>()).RefusedAsync<Reading>("M", coding: coding);

        Assert.Equal(
            ("unknown-coding", "The header ef-coding names a payload transform that this application has not added by AddPayloadTransform."),
            (refused.Reason, refused.Description));
    }

    [Fact]
    public async Task The_number_of_codings_is_bounded()
    {
        var fabric = new Fabric(builder => builder.AddPayloadTransform<ReverseTransform>().AddEvent<int>(type: "int"));

        Assert.Equal(12, await fabric.DecodeAsync<int>("12", coding: string.Join(", ", Enumerable.Repeat("reverse", 16))));
        Assert.Equal("unknown-coding", (await fabric.RefusedAsync<int>("12", coding: string.Join(',', Enumerable.Repeat("reverse", 17)))).Reason);
        Assert.Equal("unknown-coding", (await fabric.RefusedAsync<int>("12", coding: new string(',', 1_000_000))).Reason);
    }

    [Fact]
    public async Task A_transform_that_fails_is_a_verdict_without_its_message()
    {
        var fabric = new Fabric(builder => builder.AddPayloadTransform<MarkTransform>().AddEvent<Reading>());

        var refused = await fabric.RefusedAsync<Reading>("no mark", coding: "mark-1");

        Assert.Equal(
            ("undecodable-body", "The payload transform mark-1 for event type \"shop.reading.v1\" threw System.FormatException."),
            (refused.Reason, refused.Description));
    }

    [Fact]
    public async Task A_body_that_unpacks_without_end_is_refused()
    {
        var fabric = new Fabric(builder => builder.AddPayloadTransform<BombTransform>().AddEvent<Reading>());

        var refused = await fabric.RefusedAsync<Reading>("x", coding: "bomb");

        Assert.Equal("undecodable-body", refused.Reason);
        Assert.Equal("More than 67,108,864 bytes were written.", refused.InnerException!.Message);
    }

    [Fact]
    public async Task A_transform_that_fails_when_publishing_is_of_kind_serialization()
    {
        var fabric = new Fabric(builder => builder.AddPayloadTransform<BombTransform>().AddEvent<Reading>());

        var failed = await Assert.ThrowsAsync<EventFabricException>(() => fabric.EncodeAsync(new Reading("d", 1)));

        Assert.Equal(
            (EventFabricErrorKind.Serialization, "The payload transform bomb failed for event type \"shop.reading.v1\" (application/json): System.FormatException."),
            (failed.Kind, failed.Message));
    }

    [Fact]
    public void A_buffer_takes_exactly_its_limit()
    {
        using var buffer = new PooledBuffer(1000);
        for (var i = 0; i < 1000; i++)
        {
            buffer.GetSpan(1)[0] = (byte)i;
            buffer.Advance(1);
        }

        Assert.Equal(1000, buffer.Written.Length);
        Assert.Equal((byte)(999 % 256), buffer.Written.Span[999]);
        Assert.Throws<InvalidOperationException>(() =>
        {
            buffer.GetSpan(1)[0] = 1;
            buffer.Advance(1);
        });
        buffer.Clear();
        Assert.True(buffer.Written.IsEmpty);
    }
}
