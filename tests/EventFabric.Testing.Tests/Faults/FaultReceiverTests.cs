using EventFabric.Drivers;
using EventFabric.Testing.Faults;
using EventFabric.Tests.InMemory;
using Xunit;
using static EventFabric.Tests.InMemory.InMemoryHarness;

namespace EventFabric.Testing.Tests.Faults;

public sealed class FaultReceiverTests
{
    private readonly FaultPlan _plan = new();

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public async Task A_failed_settle_did_nothing_and_a_swallowed_one_only_says_so(InMemoryProfile profile)
    {
        var harness = Harness(profile);
        await harness.SendAsync(Record(null, "1"));
        var receiver = await harness.OpenAsync();
        var seen = Assert.Single(receiver.Drain());
        _plan.OnSettle = static _ => SettleFault.Fail(ErrorKind.Throttled);
        var outcome = receiver.Settle(new SettleCommand(seen.Ref, SettleKind.Ack, TimeSpan.Zero))[0];
        Assert.Equal(SettleStatus.Failed, outcome.Status);
        Assert.Equal(ErrorKind.Throttled, harness.Connection.Classify(outcome.Error!).Kind);
        _plan.OnSettle = static _ => SettleFault.Swallow;
        Assert.Equal(SettleStatus.Applied, receiver.Settle(seen.Ref));

        _plan.OnSettle = null;
        Assert.Equal(SettleStatus.Applied, receiver.Settle(seen.Ref));
        Assert.Equal(SettleStatus.AlreadySettled, receiver.Settle(seen.Ref));
    }

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public async Task Only_what_is_in_flight_is_handed_out_again(InMemoryProfile profile)
    {
        var harness = Harness(profile);
        await harness.SendAsync(Record("k", "1"), Record("k", "2"), Record("k", "3"));
        var receiver = await harness.OpenAsync();
        var seen = receiver.Drain();
        Assert.Equal(SettleStatus.Applied, receiver.Settle(seen[0].Ref));
        Assert.Empty(receiver.Receive()!);
        _plan.Redeliver();
        Assert.Equal(2, _plan.Redelivered);
        var again = receiver.Drain();
        Assert.Equal(["2", "3"], again.Select(static one => one.Body));
        Assert.All(again, static one => Assert.Equal(RecordFlags.Redelivered | RecordFlags.HasKey, one.Flags));
        Assert.Equal([seen[1].Ref, seen[2].Ref], again.Select(static one => one.Ref));
        Assert.Equal(profile == InMemoryProfile.Log ? 0 : 2, again[0].DeliveryCount);

        await harness.SendAsync(Record("k", "4"));
        Assert.Equal(["4"], receiver.DrainBodies());
        Assert.Equal(SettleStatus.Applied, receiver.Settle(again[0].Ref));
        Assert.Equal(SettleStatus.Applied, receiver.Settle(again[1].Ref));
        _plan.Redeliver(static _ => false);
        Assert.Equal(2, _plan.Redelivered);
    }

    [Fact]
    public async Task An_extension_can_fail_and_be_swallowed()
    {
        var harness = Harness(InMemoryProfile.Queue);
        await harness.SendAsync(Record(null, "1"));
        var receiver = await harness.OpenAsync();
        var seen = Assert.Single(receiver.Drain());
        harness.Scheduler.Advance(TimeSpan.FromSeconds(20));
        _plan.OnExtend = static _ => SettleFault.Fail(ErrorKind.Transient);
        Assert.Equal(SettleStatus.Failed, receiver.Extend(seen.Ref, TimeSpan.FromSeconds(30)));
        _plan.OnExtend = static _ => SettleFault.Swallow;
        Assert.Equal(SettleStatus.Applied, receiver.Extend(seen.Ref, TimeSpan.FromSeconds(30)));
        harness.Scheduler.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(SettleStatus.LeaseLost, receiver.Settle(seen.Ref));
    }

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public async Task Partitions_are_revoked_and_stolen(InMemoryProfile profile)
    {
        var harness = Harness(profile);
        var receiver = await harness.OpenAsync();
        _plan.Revoke();
        harness.Scheduler.Run();
        Assert.Single(receiver.Events.Asked);
        _plan.Steal();
        harness.Scheduler.Run();
        Assert.Single(receiver.Events.Gone);
        Assert.Equal(3, receiver.Events.Owned.Count);
        Assert.Equal(2, receiver.Events.Owned.Count(static part => part.IsLost));
    }

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public async Task A_dead_member_settles_nothing_and_another_gets_what_it_held(InMemoryProfile profile)
    {
        var harness = Harness(profile);
        await harness.SendAsync(Record("k", "1"), Record("k", "2"));
        var dying = await harness.OpenAsync();
        var seen = dying.Drain();
        _plan.Crash();
        Assert.True(_plan.HasCrashed);
        Assert.Equal(SettleStatus.LeaseLost, dying.Settle(seen[0].Ref));
        Assert.Empty(dying.Events.Asked);
        Assert.Empty(dying.Events.Gone);
        await Assert.ThrowsAnyAsync<Exception>(() => harness.OpenAsync());

        harness.Connection = harness.Store;
        Assert.Equal(["1", "2"], (await harness.OpenAsync()).DrainBodies());
        await dying.DisposeAsync();
        Assert.Null(dying.Receive());
    }

    private InMemoryHarness Harness(InMemoryProfile profile)
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Profile = profile, Partitions = 1 });
        harness.Connection = new FaultConnection(harness.Store, _plan, harness.Scheduler);
        return harness;
    }
}
