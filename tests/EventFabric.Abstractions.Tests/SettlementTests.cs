using Xunit;

namespace EventFabric.Abstractions.Tests;

public sealed class SettlementTests
{
    [Fact]
    public void A_default_settlement_is_no_acknowledgement()
    {
        Assert.Equal(SettlementKind.Unspecified, default(Settlement).Kind);
        Assert.NotEqual(Settlement.Ack, default);
        Assert.Equal(0, (byte)SettlementKind.Unspecified);
    }

    [Fact]
    public void Each_verb_makes_its_kind_with_what_it_was_given()
    {
        Assert.Equal((SettlementKind.Ack, null, null, null), Parts(Settlement.Ack));
        Assert.Equal((SettlementKind.Retry, null, null, null), Parts(Settlement.Retry()));
        Assert.Equal((SettlementKind.Retry, TimeSpan.FromSeconds(3), "busy", null), Parts(Settlement.Retry(TimeSpan.FromSeconds(3), "busy")));
        Assert.Equal((SettlementKind.DeadLetter, null, "bad", "worse"), Parts(Settlement.DeadLetter("bad", "worse")));
        Assert.Equal((SettlementKind.Drop, null, "old", null), Parts(Settlement.Drop("old")));
    }

    [Fact]
    public void Equal_verdicts_are_equal()
        => Assert.Equal(Settlement.DeadLetter("invalid-total"), Settlement.DeadLetter("invalid-total"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Dead_lettering_and_dropping_need_a_reason(string? reason)
    {
        Assert.ThrowsAny<ArgumentException>(() => Settlement.DeadLetter(reason!));
        Assert.ThrowsAny<ArgumentException>(() => Settlement.Drop(reason!));
    }

    [Fact]
    public void A_negative_delay_is_refused()
        => Assert.Equal("delay", Assert.Throws<ArgumentOutOfRangeException>(() => Settlement.Retry(TimeSpan.FromTicks(-1))).ParamName);

    private static (SettlementKind Kind, TimeSpan? Delay, string? Reason, string? Description) Parts(Settlement settlement)
        => (settlement.Kind, settlement.Delay, settlement.Reason, settlement.Description);
}
