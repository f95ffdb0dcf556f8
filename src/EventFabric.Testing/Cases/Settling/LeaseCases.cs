using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Settling;

/// <summary>An event stays with the handler that has it, and not for ever.</summary>
internal static class LeaseCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("D10 lease_auto_extended", "a handler that takes three leases' time keeps its event: no duplicate, here or at another member", ExtendedAsync),
        new("D11 lease_extension_stops_at_max", "HandlerTimeout: the token is cancelled, it counts as an attempt, and a handler that hangs on loses its lease", StopsAsync),
    ];

    private static async Task ExtendedAsync(CaseContext context)
    {
        var lease = context.Profile.Receive.Lease ?? TimeSpan.FromSeconds(1);
        var gate = context.Gate();
        CaseHandler handler = async (delivery, cancellationToken) =>
        {
            if (delivery.Text == "slow") await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            return Settlement.Ack;
        };
        // Two places: the member that has both events has no room for either once more, should its lease end; the other has.
        var plan = context.App().With("MaxConcurrency", "1").With("MaxInFlight", "2");
        var first = await plan.StartAsync(handler).ConfigureAwait(false);
        var app = await plan.StartAsync(handler).ConfigureAwait(false);
        await Members.ShareAsync(context, first, app).ConfigureAwait(false);
        var slow = await app.PublishAsync("slow", "key").ConfigureAwait(false);
        var queued = await app.PublishAsync("behind", "key").ConfigureAwait(false);
        // For this one there is no room until the two are settled: a broker that took them back hands them out once more before it.
        await app.PublishAsync("last", "key").ConfigureAwait(false);
        await context.UntilAsync(
            () => gate.Arrived > 0 && first.Faults.Received + app.Faults.Received >= 2,
            "the slow handler to begin, with the next event behind it").ConfigureAwait(false);
        await context.AdvanceAsync(lease * 3, lease / 16).ConfigureAwait(false);
        // The other member has had its chance at what the broker may have taken back when it has handled something that was published later.
        await app.PublishBatchAsync(Enumerable.Range(0, 16).Select(static index => ("probe", (string?)$"p{index}", index))).ConfigureAwait(false);
        await context.UntilAsync(
            () => context.Log.Of(slow.Id).Count > 1 || context.Log.Any(static delivery => delivery is { Text: "probe", IsRunning: false }),
            "an event at the other member").ConfigureAwait(false);
        gate.Open();
        await context.UntilAsync(
            () => context.Log.Of(slow.Id).Count > 1
                || (context.Log.Any(static delivery => delivery is { Text: "last", IsRunning: false })
                    && !context.Log.Of(slow.Id)[0].IsRunning
                    && context.Log.Of(queued.Id) is [{ IsRunning: false }, ..]),
            "the last event, two behind the slow one, and the one between").ConfigureAwait(false);
        Check.Equal(1, context.Log.Of(slow.Id).Count, "deliveries of the slow event, over both members");
        Check.Equal(1, context.Log.Of(queued.Id).Count, "deliveries of the event that waited behind it");
        Check.Equal("Ack", context.Log.Of(slow.Id)[0].Ending, "the slow handler's end");
    }

    private static async Task StopsAsync(CaseContext context)
    {
        var timeout = TimeSpan.FromSeconds(4);
        var plan = context.App().With("HandlerTimeout", "4s").With("Retry:MaxAttempts", "2");
        var app = await plan.StartAsync(static async (delivery, cancellationToken) =>
        {
            if (delivery.Text == "hangs") await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            return Settlement.Ack;
        }).ConfigureAwait(false);
        var hung = await app.PublishAsync("hangs", "key").ConfigureAwait(false);
        await app.PublishAsync("behind", "key").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Of(hung.Id).Count == 1, "the handler to begin").ConfigureAwait(false);
        await context.AdvanceUntilAsync(
            () => context.Log.Any(static delivery => delivery is { Text: "behind", IsRunning: false })
                && (context.Profile.IsOrdered || context.Log.Of(hung.Id).Any(static delivery => delivery is { Attempt: 2, IsRunning: false })),
            timeout * 4,
            TimeSpan.FromMilliseconds(200),
            "the event behind the one whose handler hangs").ConfigureAwait(false);
        var attempts = context.Log.Of(hung.Id);
        Check.Sequence([1, 2], attempts.Select(static delivery => delivery.Attempt), "the attempts");
        foreach (var attempt in attempts)
        {
            Check.True(attempt.Token.IsCancellationRequested, "a cancelled token", "not cancelled");
            var ran = attempt.EndedAt!.Value - attempt.StartedAt;
            Check.True(ran >= timeout - Timing.ClockSlack && ran < timeout * 2, $"the token to be cancelled after {timeout}", ran);
        }

        var dead = (await context.RawUntilAsync(plan.DeadLetters, 1, "1 dead letter").ConfigureAwait(false)).Single();
        Check.Equal("handler-timeout", dead.Header("ef-reason"), "ef-reason");
        Check.Equal("2", dead.Header("ef-attempts"), "ef-attempts");
        if (context.Profile.Receive.Lease is { } lease) await LosesItsLeaseAsync(context, timeout + (lease * 2)).ConfigureAwait(false);
    }

    private static async Task LosesItsLeaseAsync(CaseContext context, TimeSpan limit)
    {
        var gate = context.Gate();
        // One at a time: the member that hangs has no room to be handed its own event again.
        var plan = context.App().With("HandlerTimeout", "4s").With("MaxConcurrency", "1").With("MaxInFlight", "1");
        CaseHandler handler = async (delivery, _) =>
        {
            if (delivery.Text == "deaf" && delivery.Host == context.Log.Named("deaf")[0].Host) await gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        };
        await plan.StartAsync(handler).ConfigureAwait(false);
        var app = await plan.StartAsync(handler).ConfigureAwait(false);
        await app.PublishAsync("deaf", "key").ConfigureAwait(false);
        await context.UntilAsync(() => gate.Arrived > 0, "the handler that ignores its token to begin").ConfigureAwait(false);
        await context.AdvanceUntilAsync(
            () => context.Log.Any(static delivery => delivery is { Text: "deaf", Ending: "Ack" }),
            limit,
            TimeSpan.FromMilliseconds(200),
            "the other member to get the event, once its lease is not extended any more").ConfigureAwait(false);
        gate.Open();
    }
}
