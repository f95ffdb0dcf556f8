using System.Text;
using EventFabric.DeadLettering;
using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Tests.DeadLettering;

public sealed class DeadLetterHeadersTests
{
    private static readonly CloudEventsBinding Binding = new("ce_", "content-type");

    private static readonly DeadLetterFacts Facts = new(
        "reason", "description", 3, new DateTimeOffset(2026, 1, 2, 5, 4, 5, 67, TimeSpan.FromHours(2)), "orders/0/17", "billing", "group");

    [Fact]
    public void The_original_headers_stay_byte_for_byte_and_ours_follow()
    {
        var original = Original(("ce_id", "1"), ("x", "a"), ("x", "b"), ("nothing", null));
        var letter = DeadLetterHeaders.Write(original, Binding, Facts, DeadLetterDetail.Full);
        Assert.True(letter.Bytes.Span[8..].StartsWith(original.Bytes.Span[8..]));
        Assert.Equal("1", Encoding.UTF8.GetString(letter.WellKnown(CloudEventAttribute.Id)));
        Assert.Equal(
            [
                ("ce_id", "1"), ("x", "a"), ("x", "b"), ("nothing", null), ("ef-reason", "reason"), ("ef-description", "description"), ("ef-attempts", "3"),
                ("ef-failed-at", "2026-01-02T03:04:05.067Z"), ("ef-origin", "orders/0/17"), ("ef-subscription", "billing"), ("ef-group", "group"),
            ],
            Read(letter));
    }

    [Fact]
    public void A_dead_letter_that_fails_again_tells_of_its_newest_failure_only()
    {
        var first = DeadLetterHeaders.Write(Original(("ce_id", "1"), ("nothing", null), ("ef-coding", "gzip")), Binding, Facts, DeadLetterDetail.Full);
        var again = DeadLetterHeaders.Write(first, Binding, Facts with { Reason = "second", Description = null, Attempts = 1 }, DeadLetterDetail.Full);
        Assert.Equal(
            [
                ("ce_id", "1"), ("nothing", null), ("ef-coding", "gzip"), ("ef-reason", "second"), ("ef-attempts", "1"),
                ("ef-failed-at", "2026-01-02T03:04:05.067Z"), ("ef-origin", "orders/0/17"), ("ef-subscription", "billing"), ("ef-group", "group"),
            ],
            Read(again));
        Assert.Equal("1", Encoding.UTF8.GetString(again.WellKnown(CloudEventAttribute.Id)));
    }

    [Theory]
    [InlineData((int)DeadLetterDetail.Full, "ef-reason ef-description ef-attempts ef-failed-at ef-origin ef-subscription ef-group")]
    [InlineData((int)DeadLetterDetail.WithoutDescription, "ef-reason ef-attempts ef-failed-at ef-origin ef-subscription ef-group")]
    [InlineData((int)DeadLetterDetail.Least, "ef-reason ef-attempts ef-failed-at ef-subscription ef-group")]
    public void Where_there_is_no_room_the_description_gives_way_and_then_the_origin(int detail, string names) =>
        Assert.Equal(names, string.Join(' ', Read(DeadLetterHeaders.Write(default, Binding, Facts, (DeadLetterDetail)detail)).Select(static header => header.Name)));

    [Theory]
    [InlineData(1024, 0, 1024)]
    [InlineData(1025, 0, 1024)]
    [InlineData(1023, 1, 1023)]
    [InlineData(1022, 1, 1024)]
    public void A_description_is_cut_at_1024_bytes_and_not_inside_a_character(int letters, int accents, int bytes)
    {
        var text = new string('x', letters) + new string('é', accents) + new string('x', 10);
        var letter = DeadLetterHeaders.Write(default, Binding, Facts with { Description = text }, DeadLetterDetail.Full);
        Assert.True(letter.TryGet("ef-description"u8, out var value));
        Assert.Equal(bytes, value.Length);
        Assert.StartsWith(Encoding.UTF8.GetString(value), text, StringComparison.Ordinal);
    }

    private static HeaderBlock Original(params (string Name, string? Value)[] headers)
    {
        var writer = new HeaderWriter(Binding);
        foreach (var (name, value) in headers)
        {
            if (value is null)
                writer.AddNull(Encoding.UTF8.GetBytes(name));
            else
                writer.Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        }

        return writer.ToBlock();
    }

    private static List<(string Name, string? Value)> Read(HeaderBlock block)
    {
        var all = new List<(string, string?)>();
        foreach (var header in block)
            all.Add((Encoding.UTF8.GetString(header.Name), header.IsNull ? null : Encoding.UTF8.GetString(header.Value)));
        return all;
    }
}
