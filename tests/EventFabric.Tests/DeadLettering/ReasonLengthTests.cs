using System.Text;
using EventFabric.DeadLettering;
using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Tests.DeadLettering;

public sealed class ReasonLengthTests
{
    private static readonly CloudEventsBinding Binding = new("ce_", "content-type");

    [Theory]
    [InlineData("short", "short")]
    [InlineData("", "")]
    public void A_reason_that_fits_is_written_as_it_is(string reason, string expected) => Assert.Equal(expected, Reason(reason));

    [Fact]
    public void A_longer_reason_is_cut_at_256_bytes() => Assert.Equal(new string('x', 256), Reason(new string('x', 300)));

    [Fact]
    public void A_reason_is_not_cut_inside_a_character() => Assert.Equal(new string('x', 255), Reason(new string('x', 255) + "é…"));

    private static string Reason(string reason)
    {
        var facts = new DeadLetterFacts(reason, null, 1, DateTimeOffset.UnixEpoch, "orders/0/0", "billing", "group");
        var block = DeadLetterHeaders.Write(default, Binding, facts, DeadLetterDetail.Full);
        Assert.True(block.TryGet("ef-reason"u8, out var value));
        return Encoding.UTF8.GetString(value);
    }
}
