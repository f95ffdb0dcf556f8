namespace EventFabric.Testing.Conformance;

/// <summary>What a new host of the same group shows of what an earlier one settled.</summary>
internal static class Restarts
{
    /// <summary>Starts the application once more and proves, by a sentinel behind the last event of each key, that nothing comes back.</summary>
    internal static async Task CheckNothingReturnsAsync(CaseContext context, AppPlan plan, IReadOnlyList<string> keys)
    {
        var before = context.Log.Count;
        var app = await plan.StartAsync().ConfigureAwait(false);
        var sentinels = new HashSet<string>();
        foreach (var key in keys) sentinels.Add((await app.PublishAsync("sentinel", key).ConfigureAwait(false)).Id);
        await context.UntilAsync(() => sentinels.All(id => context.Log.Of(id).Count > 0), "the sentinels after the restart").ConfigureAwait(false);
        var returned = context.Log.All.Skip(before).Where(delivery => !sentinels.Contains(delivery.Id)).ToList();
        Check.True(returned.Count == 0, "nothing to come back after the restart", string.Join("; ", returned.Take(5)));
        await app.StopAsync().ConfigureAwait(false);
    }
}

/// <summary>Settlements that must have had their chance before a case goes on.</summary>
internal static class Settlements
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Publishes events that are handled at once, under many keys, and waits for a settlement: whatever an engine settles too early is settled by then too.
    /// Where everything shares one partition with what must not be settled there is none: then for as long as settlements take at most.
    /// </summary>
    internal static async Task HaveHadTheirChanceAsync(CaseContext context, CaseApp app)
    {
        var before = app.Faults.Settlements;
        var interval = context.Profile.Receive.CommitInterval;
        var step = (interval / 4) + TimeSpan.FromMilliseconds(10);
        var witnesses = await app.PublishBatchAsync(Enumerable.Range(0, 24).Select(static index => ("witness", (string?)$"w{index}", -1))).ConfigureAwait(false);
        await context.UntilAsync(() => witnesses.All(witness => context.Log.Of(witness.Id) is [{ IsRunning: false }, ..]), "other events to be handled").ConfigureAwait(false);
        for (var gone = TimeSpan.Zero; gone < Longest && app.Faults.Settlements == before; gone += step) await context.AdvanceAsync(step, step).ConfigureAwait(false);
        await context.AdvanceAsync(interval * 2, step).ConfigureAwait(false);
    }
}

/// <summary>How exact clocks are.</summary>
internal static class Timing
{
    /// <summary>What two readings of a real clock may be apart from a timer's.</summary>
    internal static readonly TimeSpan ClockSlack = TimeSpan.FromMilliseconds(20);
}
