using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>A member that waits for the handlers of one partition hears of the others all the same: another member may have them by now.</summary>
public sealed class BusyLoopTests
{
    private readonly string _address = NatsHarness.NewAddress();
    private readonly TaskCompletionSource _handled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RecordingEvents _events = new();

    public BusyLoopTests() => _events.OnRevoking = _ => _handled.Task;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Longer than the test: the loop waits until it is told.
    private ChannelPlan Plan => NatsHarness.Plan(_address) with { RevokeGrace = TimeSpan.FromMinutes(5) };

    [Fact]
    public async Task A_partition_that_is_taken_away_meanwhile_is_over_at_once_and_told_later()
    {
        await using var nats = new NatsHarness();
        await using var other = new NatsHarness();
        await using var raw = new RawNats(NatsRun.Current.Server.Url);
        using var end = new Ending(_handled);
        var kept = await UntilBusyAsync(nats, other);
        await raw.JetStream.ResetConsumerAsync(RawNats.StreamOf(_address), $"g=p{kept[0].Index}", 0, Token);
        await Wait.UntilAsync(() => kept[0].IsLost, () => "not lost");
        Assert.Equal((false, 0), (kept[1].IsLost, _events.Gone.Count));
        _handled.SetResult();
        await Wait.UntilAsync(() => _events.Gone.Count > 0, () => "not told");
        Assert.Same(kept[0], _events.Gone[0].Owner);
    }

    [Fact]
    public async Task A_connection_that_is_lost_meanwhile_ends_all_that_is_left_at_once()
    {
        // A line of configuration of its own: one that may be killed.
        await using var server = await NatsServer.FindAsync(["max_payload: 1048576"], Token);
        Assert.SkipWhen(server is null || !server.IsOwn, NatsServer.Remedy);
        await using var nats = new NatsHarness(null, ("Url", server.Url));
        await using var other = new NatsHarness(null, ("Url", server.Url));
        using var end = new Ending(_handled);
        var kept = await UntilBusyAsync(nats, other);
        await server.KillAsync();
        await Wait.UntilAsync(() => kept.All(static owner => owner.IsLost), () => "not lost");
        Assert.Empty(_events.Gone);
        _handled.SetResult();
        await Wait.UntilAsync(() => kept.All(owner => _events.Gone.Any(gone => gone.Owner == owner)), () => "not told");
    }

    /// <summary>Until the loop waits for a handler; gives the two tenures that stay.</summary>
    private async Task<Ownership[]> UntilBusyAsync(NatsHarness nats, NatsHarness other)
    {
        await nats.CreateAsync(Plan);
        var first = await nats.OpenAsync(Plan, _events);
        await first.UntilOwnedAsync(0, 1, 2, 3);
        await nats.SendAsync(_address, [.. Enumerable.Range(0, 40).Select(static i => NatsHarness.Record($"k{i}", $"{i}"))]);
        await first.TakeAsync(40);
        await other.OpenAsync(Plan);
        await Wait.UntilAsync(() => _events.Asked.Count == 2, () => $"asked: {_events.Asked.Count}");
        return [.. _events.Owned.Except(_events.Asked)];
    }

    /// <summary>Lets the loop go on also where the test has failed: the receivers are closed behind it.</summary>
    private sealed class Ending(TaskCompletionSource handled) : IDisposable
    {
        public void Dispose() => handled.TrySetResult();
    }
}
