using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Settling;

/// <summary>A member that dies, or that loses what it holds, settles nothing any more.</summary>
internal static class CrashCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("D04 unsettled_crash_redelivers", "a member that dies with events in its handlers: another gets them", CrashAsync),
        new("D09 settle_after_lease_lost", "lost ownership: the token is cancelled, what the handler returns is not applied, the event comes again", LostAsync),
        new("D12 out_of_order_completion_watermark", "2 and 3 complete, 1 does not, the member dies: 1 is not lost; a log gives 2 and 3 again too; once 1 is handled nothing returns", HoleAsync),
        new("D16 redelivered_in_flight", "an event that the broker hands out again while its handler runs is not handled twice", InFlightAsync),
    ];

    private static async Task CrashAsync(CaseContext context)
    {
        var gate = context.Gate();
        var plan = context.App();
        var dying = await plan.StartAsync(async (_, _) =>
        {
            await gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        }).ConfigureAwait(false);
        string?[] keys = ["a", "b", null];
        foreach (var key in keys) await dying.PublishAsync("unsettled", key).ConfigureAwait(false);
        await context.UntilAsync(() => gate.Arrived == keys.Length, "3 handlers to have begun").ConfigureAwait(false);
        await context.AdvanceAsync(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(5)).ConfigureAwait(false);
        dying.Faults.Crash();
        gate.Open();
        var taking = await plan.StartAsync().ConfigureAwait(false);
        await TakenOverAsync(context, taking, 3).ConfigureAwait(false);
        await taking.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, ["a", "b"]).ConfigureAwait(false);
    }

    private static async Task LostAsync(CaseContext context)
    {
        var gate = context.Gate();
        var plan = context.App();
        var app = await plan.StartAsync(async (delivery, _) =>
        {
            if (delivery.Number == 1 && context.Log.Of(delivery.Id).Count == 1) await gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        }).ConfigureAwait(false);
        var lost = await app.PublishAsync("lost", "key", 1).ConfigureAwait(false);
        await context.UntilAsync(() => gate.Arrived > 0, "the handler to begin").ConfigureAwait(false);
        app.Faults.Steal();
        await context.UntilAsync(() => context.Log.Of(lost.Id)[0].Token.IsCancellationRequested, "the handler's token to be cancelled").ConfigureAwait(false);
        gate.Open();
        var limit = (context.Profile.Receive.Lease ?? TimeSpan.FromSeconds(10)) * 2;
        await context.AdvanceUntilAsync(() => context.Log.Of(lost.Id) is [_, { IsRunning: false }, ..], limit, TimeSpan.FromMilliseconds(100), "the event again, since its ack was too late")
            .ConfigureAwait(false);
        if (context.Profile.IsOrdered) Check.Equal(1, context.Log.MostOfAKey, "handlers of the key at once");
        await app.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, ["key"]).ConfigureAwait(false);
    }

    private static async Task HoleAsync(CaseContext context)
    {
        var gate = context.Gate();
        var plan = context.App();
        var dying = await plan.StartAsync(async (delivery, _) =>
        {
            if (delivery.Number == 1) await gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        }).ConfigureAwait(false);
        var keys = await KeysOfOnePartitionAsync(context, dying).ConfigureAwait(false);
        var results = new List<PublishResult>();
        for (var number = 1; number <= 3; number++) results.Add(await dying.PublishAsync("hole", keys[number - 1], number).ConfigureAwait(false));
        await context.UntilAsync(
            () => gate.Arrived > 0 && context.Log.Of(results[1].Id) is [{ IsRunning: false }] && context.Log.Of(results[2].Id) is [{ IsRunning: false }],
            "2 and 3 to be handled while 1 is not").ConfigureAwait(false);
        await Settlements.HaveHadTheirChanceAsync(context, dying).ConfigureAwait(false);
        dying.Faults.Crash();
        gate.Open();
        var before = context.Log.Count;
        var taking = await plan.StartAsync().ConfigureAwait(false);
        var sentinels = new List<PublishResult>();
        foreach (var key in keys) sentinels.Add(await taking.PublishAsync("sentinel", key).ConfigureAwait(false));
        var limit = (context.Profile.Receive.Lease ?? TimeSpan.FromSeconds(30)) * 3;
        await context.AdvanceUntilAsync(
            () => context.Log.All.Skip(before).Any(delivery => delivery.Id == results[0].Id) && sentinels.TrueForAll(sentinel => context.Log.Of(sentinel.Id).Count > 0),
            limit,
            TimeSpan.FromMilliseconds(100),
            "1 again, and what was published after the crash").ConfigureAwait(false);
        var again = context.Log.All.Skip(before).Where(static delivery => delivery.Text == "hole").Select(static delivery => delivery.Number).Order();
        Check.Sequence(context.Profile.IsLog ? [1, 2, 3] : [1], again, "what is handed out again");

        // The hole is closed now: nothing of it is left.
        await EverythingIsHandledAsync(context, taking).ConfigureAwait(false);
        await taking.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, keys).ConfigureAwait(false);
    }

    private static async Task InFlightAsync(CaseContext context)
    {
        var gate = context.Gate();
        var plan = context.App();
        var app = await plan.StartAsync(async (delivery, cancellationToken) =>
        {
            if (delivery.Text == "in flight") await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            return Settlement.Ack;
        }).ConfigureAwait(false);
        var inFlight = await app.PublishAsync("in flight", "key").ConfigureAwait(false);
        var queued = await app.PublishAsync("queued", "key").ConfigureAwait(false);
        await context.UntilAsync(() => gate.Arrived > 0, "the handler to begin").ConfigureAwait(false);
        app.Faults.Redeliver();
        await app.PublishAsync("sentinel", "other").ConfigureAwait(false);
        await context.UntilAsync(() => app.Faults.Redelivered > 0 && context.Log.Named("sentinel").Count > 0, "the event to be handed out again").ConfigureAwait(false);
        gate.Open();
        await app.PublishAsync("sentinel", "key").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Named("sentinel").Count == 2, "the sentinel behind it").ConfigureAwait(false);
        Check.Equal(1, context.Log.Of(inFlight.Id).Count, "handler calls of the event that was in its handler");
        // Without order it did not wait, and may have been settled just when it was handed out again.
        if (context.Profile.IsOrdered) Check.Equal(1, context.Log.Of(queued.Id).Count, "handler calls of the event that waited behind it");
        await app.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, ["key", "other"]).ConfigureAwait(false);
    }

    private static async Task TakenOverAsync(CaseContext context, CaseApp taking, int count)
    {
        var limit = (context.Profile.Receive.Lease ?? TimeSpan.FromSeconds(30)) * 3;
        await context.AdvanceUntilAsync(
            () => context.Log.CountOf(static delivery => delivery is { Text: "unsettled", Ending: "Ack" }) >= count * 2
                && context.Log.All.Where(delivery => delivery.Host == taking.Number).Select(static delivery => delivery.Id).Distinct().Count() == count,
            limit,
            TimeSpan.FromMilliseconds(100),
            $"the {count} unsettled events at the other member").ConfigureAwait(false);
    }

    /// <summary>
    /// Waits for an event behind all others of each key: what the dead member left comes again, and what has not begun when a host stops comes again after it.
    /// </summary>
    private static async Task EverythingIsHandledAsync(CaseContext context, CaseApp app)
    {
        var keys = context.Log.All.Select(static delivery => delivery.Key).Distinct();
        var last = await app.PublishBatchAsync(keys.Select(static key => ("last", key, 0))).ConfigureAwait(false);
        await context.UntilAsync(() => last.All(result => context.Log.Of(result.Id) is [{ IsRunning: false }, ..]), "the last event of each key").ConfigureAwait(false);
    }

    /// <summary>Three keys whose events are in one partition, so that their settlements share a watermark; any three where there are no partitions.</summary>
    private static async Task<IReadOnlyList<string>> KeysOfOnePartitionAsync(CaseContext context, CaseApp app)
    {
        await app.PublishBatchAsync(Enumerable.Range(0, 60).Select(static index => ("scout", (string?)$"k{index}", 0))).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Named("scout").Count >= 60, "60 events that show their partitions").ConfigureAwait(false);
        var largest = context.Log.Named("scout").GroupBy(static delivery => delivery.Position.Partition).MaxBy(static group => group.Count())!;
        return [.. largest.Select(static delivery => delivery.Key!).Distinct().Take(3)];
    }
}
