using EventFabric.Drivers;
using EventFabric.Lanes;
using EventFabric.Subscribing;
using EventFabric.Tests.Engine;
using EventFabric.Tracking;
using Xunit;

namespace EventFabric.Tests.Subscribing;

public sealed class SettlerTests : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private readonly EngineScheduler _scheduler = new();
    private readonly List<SettleStatus> _notApplied = [];
    private ScriptedReceiver _receiver = new(ScriptedReceiver.Queue(Lease));
    private PartitionState _part = new(new Ownership("0", 0), cumulative: false);

    [Fact]
    public void Each_verdict_is_told_as_what_it_means_and_an_abandoned_record_not_at_all()
    {
        var settler = Settler();
        Note(settler, 1, Verdict.Ack);
        Note(settler, 2, Verdict.Discard);
        Note(settler, 3, Verdict.Release);
        Note(settler, 4, Verdict.Abandon);
        settler.Kick();
        Assert.Equal([SettleKind.Ack, SettleKind.Discard, SettleKind.Release], Assert.Single(_receiver.Calls).Select(static command => command.Kind));
    }

    [Fact]
    public void What_is_noted_during_a_call_goes_with_the_next()
    {
        var settler = Settler();
        _receiver.Close();
        Settle(settler, 1);
        Settle(settler, 2);
        Settle(settler, 3);
        Assert.Equal([[1]], Told());
        _receiver.Open();
        _scheduler.Run();
        Assert.Equal([[1], [2, 3]], Told());
    }

    [Fact]
    public void A_call_is_no_longer_than_the_broker_takes()
    {
        _receiver = new ScriptedReceiver(ScriptedReceiver.Queue(Lease, chunk: 2));
        var settler = Settler();
        for (var position = 1; position <= 5; position++)
            Note(settler, position, Verdict.Ack);
        settler.Kick();
        Assert.Equal([[1, 2], [3, 4], [5]], Told());
    }

    [Fact]
    public void A_failed_settlement_holds_up_no_other_and_is_told_again_until_it_is_applied()
    {
        var settler = Settler();
        _receiver.Answer = static command => command.Record.Position.Major == 1 ? SettleStatus.Failed : SettleStatus.Applied;
        Settle(settler, 1);
        Settle(settler, 2);
        Assert.Equal([[1], [2]], Told());
        _scheduler.Advance(TimeSpan.FromMilliseconds(100));
        Settle(settler, 3);
        Assert.Equal([[1], [2], [1], [3]], Told());
        _receiver.Answer = static _ => SettleStatus.Applied;
        _scheduler.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100));
        Assert.Equal([[1], [2], [1], [3], [1]], Told());
        Assert.Equal([SettleStatus.Failed, SettleStatus.Failed], _notApplied);
    }

    [Fact]
    public void A_failed_settlement_waits_a_quarter_of_a_lease_at_most()
    {
        var settler = Settler();
        _receiver.Answer = static _ => SettleStatus.Failed;
        Settle(settler, 1);
        _scheduler.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(50));
        var before = _receiver.Calls.Count;
        _scheduler.Advance(Lease, TimeSpan.FromMilliseconds(50));
        Assert.Equal(4, _receiver.Calls.Count - before);
    }

    [Fact]
    public void A_call_that_throws_has_failed_for_all_of_its_records()
    {
        var settler = Settler();
        _receiver.Throws = new InvalidOperationException("planned");
        Note(settler, 1, Verdict.Ack);
        Note(settler, 2, Verdict.Ack);
        settler.Kick();
        Assert.Equal([SettleStatus.Failed, SettleStatus.Failed], _notApplied);
        _receiver.Throws = null;
        _scheduler.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal([[1, 2], [1, 2]], Told());
    }

    [Fact]
    public void A_lost_lease_is_reported_and_not_told_again()
    {
        var settler = Settler();
        _receiver.Answer = static _ => SettleStatus.LeaseLost;
        Settle(settler, 1);
        _scheduler.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        Assert.Single(_receiver.Calls);
        Assert.Equal([SettleStatus.LeaseLost], _notApplied);
    }

    [Fact]
    public void Nothing_is_told_of_a_tenure_that_has_ended()
    {
        var settler = Settler();
        _receiver.Answer = static _ => SettleStatus.Failed;
        Settle(settler, 1);
        _part.Owner.End();
        Settle(settler, 2);
        _scheduler.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        Assert.Equal([[1]], Told());
    }

    [Fact]
    public void A_flush_waits_for_what_failed_but_not_for_what_is_noted_later()
    {
        var settler = Settler();
        _receiver.Answer = static command => command.Record.Position.Major == 1 ? SettleStatus.Failed : SettleStatus.Applied;
        Settle(settler, 1);
        var flush = settler.FlushAsync();
        Settle(settler, 2);
        Assert.False(flush.IsCompleted);
        _receiver.Answer = static command => command.Record.Position.Major == 3 ? SettleStatus.Failed : SettleStatus.Applied;
        Settle(settler, 3);
        _scheduler.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(flush.IsCompletedSuccessfully);
        Assert.False(settler.FlushAsync().IsCompleted);
    }

    [Fact]
    public void A_record_that_comes_again_while_its_settlement_waits_is_settled_at_once_with_the_new_handle()
    {
        var settler = Settler();
        _receiver.Answer = static _ => SettleStatus.Failed;
        Settle(settler, 1);
        Settle(settler, 2);
        _receiver.Answer = static _ => SettleStatus.Applied;
        Assert.False(settler.TryRenew(Reference(3, "new")));
        Assert.True(settler.TryRenew(Reference(2, "new")));
        settler.Kick();
        Assert.Equal("new", Assert.Single(_receiver.Calls[^1]).Record.Handle);
        _scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([[1], [2], [2], [1]], Told());
    }

    [Fact]
    public void A_record_that_was_to_be_given_back_and_has_come_back_is_taken_anew()
    {
        var settler = Settler();
        _receiver.Answer = static _ => SettleStatus.Failed;
        Note(settler, 1, Verdict.Release);
        Note(settler, 2, Verdict.Release);
        settler.Kick();
        Assert.False(settler.TryRenew(Reference(1, "new")));
        // The same lease still: it is given back as it was to be.
        Assert.True(settler.TryRenew(Reference(2, null)));
        _scheduler.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        Assert.All(_receiver.Calls.Skip(1), static call => Assert.Equal(2, Assert.Single(call).Record.Position.Major));
    }

    [Fact]
    public void Releases_that_are_held_go_in_the_order_of_arrival()
    {
        var settler = Settler();
        settler.HoldReleases();
        Note(settler, 3, Verdict.Release);
        Note(settler, 1, Verdict.Release);
        Note(settler, 2, Verdict.Ack);
        settler.Kick();
        Assert.Equal([[2]], Told());
        settler.LetReleasesGo();
        settler.Kick();
        Assert.Equal([[2], [1, 3]], Told());
    }

    [Fact]
    public void A_watermark_is_told_once_an_interval_and_where_it_stands_then()
    {
        var settler = Log(TimeSpan.FromSeconds(1));
        Complete(settler, 1);
        Complete(settler, 2);
        Complete(settler, 4);
        Assert.Empty(_receiver.Calls);
        _scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([[2]], Told());
        Complete(settler, 3);
        _scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([[2], [4]], Told());
    }

    [Fact]
    public void A_flush_does_not_wait_for_the_interval()
    {
        var settler = Log(TimeSpan.FromHours(1));
        Complete(settler, 1);
        Assert.True(settler.FlushAsync().IsCompletedSuccessfully);
        Assert.Equal([[1]], Told());
    }

    [Fact]
    public void A_watermark_that_failed_is_told_again_wherever_it_stands_then()
    {
        var settler = Log(TimeSpan.FromMilliseconds(10));
        _receiver.Answer = static _ => SettleStatus.Failed;
        Complete(settler, 1);
        _scheduler.Advance(TimeSpan.FromMilliseconds(10));
        Complete(settler, 2);
        _receiver.Answer = static _ => SettleStatus.Applied;
        _scheduler.Advance(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(10));
        Assert.Equal([[1], [2]], Told());
    }

    [Fact]
    public void A_release_has_no_meaning_in_a_log()
    {
        var settler = Log(TimeSpan.Zero);
        Note(settler, 1, Verdict.Release);
        settler.Kick();
        Assert.Empty(_receiver.Calls);
    }

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    private Settler Settler() => new(_receiver, new object(), _scheduler, outcome => _notApplied.Add(outcome.Status));

    /// <summary>Of a log, with positions 1 to 4 delivered.</summary>
    private Settler Log(TimeSpan interval)
    {
        _receiver = new ScriptedReceiver(ScriptedReceiver.Log(interval));
        _part = new PartitionState(new Ownership("0", 0), cumulative: true);
        for (var position = 1; position <= 4; position++)
            Assert.True(_part.Tracker!.TryAdd(position, 0, null, null, out _));
        return Settler();
    }

    private RecordRef Reference(long position, object? handle) => new(_part.Owner, new RecordPosition(0, position, 0, null), handle);

    private void Note(Settler settler, long position, Verdict verdict) =>
        settler.Note(new InFlightRecord { Part = _part, Ref = Reference(position, null), Sequence = position - 1, Arrival = position }, verdict);

    private void Settle(Settler settler, long position)
    {
        Note(settler, position, Verdict.Ack);
        settler.Kick();
    }

    private void Complete(Settler settler, long position) => Settle(settler, position);

    private long[][] Told() => [.. _receiver.Calls.Select(static call => call.Select(static command => command.Record.Position.Major).ToArray())];
}
