using Xunit;

namespace EventFabric.Abstractions.Tests;

public sealed class BatchSettlementTests
{
    [Fact]
    public void An_event_without_a_verdict_of_its_own_gets_that_of_the_others()
    {
        var settlement = new BatchSettlement(Settlement.Ack) { [3] = Settlement.DeadLetter("bad-row") };

        Assert.Equal(Settlement.Ack, settlement[0]);
        Assert.Equal(Settlement.DeadLetter("bad-row"), settlement[3]);
        Assert.Equal(Settlement.Ack, settlement[4]);
        Assert.False(settlement.IsUniform);
    }

    [Fact]
    public void The_last_verdict_on_an_index_stands()
    {
        var settlement = new BatchSettlement(Settlement.Ack) { [0] = Settlement.Retry() };
        settlement[0] = Settlement.Drop("old");

        Assert.Equal(Settlement.Drop("old"), settlement[0]);
    }

    [Fact]
    public void The_highest_index_is_remembered_so_that_one_outside_the_batch_is_found()
    {
        var settlement = new BatchSettlement(Settlement.Ack);
        Assert.Equal(-1, settlement.HighestIndex);

        settlement[7] = Settlement.Ack;
        settlement[2] = Settlement.Ack;

        Assert.Equal(7, settlement.HighestIndex);
    }

    [Fact]
    public void A_negative_index_is_refused()
    {
        var settlement = new BatchSettlement(Settlement.Ack);

        Assert.Throws<ArgumentOutOfRangeException>(() => settlement[-1] = Settlement.Ack);
        Assert.Throws<ArgumentOutOfRangeException>(() => settlement[-1]);
        Assert.True(settlement.IsUniform);
    }

    [Fact]
    public void One_settlement_stands_for_the_whole_batch()
    {
        BatchSettlement settlement = Settlement.DeadLetter("no-tenant");

        Assert.True(settlement.IsUniform);
        Assert.Equal(Settlement.DeadLetter("no-tenant"), settlement[0]);
        Assert.Equal(Settlement.DeadLetter("no-tenant"), settlement[99]);
    }

    [Fact]
    public void A_default_verdict_for_all_is_no_acknowledgement()
        => Assert.Equal(SettlementKind.Unspecified, ((BatchSettlement)default(Settlement))[0].Kind);
}
