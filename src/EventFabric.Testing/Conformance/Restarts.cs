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

/// <summary>How exact clocks are.</summary>
internal static class Timing
{
    /// <summary>What two readings of a real clock may be apart from a timer's.</summary>
    internal static readonly TimeSpan ClockSlack = TimeSpan.FromMilliseconds(20);
}
