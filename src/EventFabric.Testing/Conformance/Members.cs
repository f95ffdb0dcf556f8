namespace EventFabric.Testing.Conformance;

/// <summary>Members of one group: what a case must know of them before it goes on, on a broker with partitions and on one without.</summary>
internal static class Members
{
    /// <summary>Long enough for a group of any broker to settle who has what, a grace of the cases' 5 seconds included; behind it comes the fixture's patience.</summary>
    internal static readonly TimeSpan Rebalance = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongStep = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for what must happen soon after a rebalance, within the time that rebalances take.</summary>
    internal static Task UntilAsync(CaseContext context, Func<bool> condition, string expected) =>
        context.AdvanceUntilAsync(condition, Rebalance, Step, expected);

    /// <summary>The same for what waits for a grace or a lease to end.</summary>
    internal static Task UntilGivenUpAsync(CaseContext context, Func<bool> condition, string expected) =>
        context.AdvanceUntilAsync(condition, Rebalance + ((context.Profile.Receive.Lease ?? TimeSpan.Zero) * 3), LongStep, expected);

    /// <summary>Waits until both members have partitions; without partitions, until both are members.</summary>
    internal static Task ShareAsync(CaseContext context, CaseApp first, CaseApp second) => UntilAsync(
        context,
        () => first.Tenures.Held.Count > 0 && second.Tenures.Held.Count > 0,
        "both members to have a part of the partitions");

    /// <summary>
    /// Keys of as many partitions as there are, up to a number, one for each; without partitions any keys. The events that show it have the text "scout".
    /// </summary>
    internal static async Task<IReadOnlyList<PartitionKey>> KeysAsync(CaseContext context, CaseApp app, int most = 16)
    {
        if (!context.Profile.Receive.Partitioned) return [.. Enumerable.Range(0, Math.Min(most, 8)).Select(static index => new PartitionKey($"k{index}", string.Empty))];
        await app.PublishBatchAsync(Enumerable.Range(0, 64).Select(static index => ("scout", (string?)$"k{index}", -1))).ConfigureAwait(false);
        await UntilAsync(context, () => context.Log.Named("scout").Count(static delivery => !delivery.IsRunning) >= 64, "64 events that show their partitions").ConfigureAwait(false);
        return
        [
            .. context.Log.Named("scout")
                .GroupBy(static delivery => delivery.Position.Partition ?? string.Empty)
                .OrderBy(static group => group.Key, StringComparer.Ordinal)
                .Take(most)
                .Select(static group => new PartitionKey(group.First().Key!, group.Key) { Other = group.FirstOrDefault(other => other.Key != group.First().Key)?.Key }),
        ];
    }

    /// <summary>
    /// A second member comes, and takes partitions over; without partitions the leases of what the first one holds end, since they are not extended any more.
    /// Gives the second member, before anything has moved.
    /// </summary>
    internal static async Task<CaseApp> TakeFromAsync(CaseContext context, AppPlan plan, CaseApp first, CaseHandler handler)
    {
        var second = await plan.StartAsync(handler).ConfigureAwait(false);
        if (!context.Profile.Receive.Partitioned) first.Faults.FailExtensions();
        return second;
    }

    /// <summary>Those keys whose events a member had, and has not any more.</summary>
    internal static IReadOnlyList<PartitionKey> Moved(CaseContext context, CaseApp from, IReadOnlyList<PartitionKey> keys)
    {
        if (!context.Profile.Receive.Partitioned) return keys;
        var gone = from.Tenures.Gone;
        return [.. keys.Where(key => gone.Contains(key.Partition))];
    }
}

/// <summary>A key, and the name of the partition in which its events are; empty on a broker without partitions.</summary>
internal sealed record PartitionKey(string Key, string Partition)
{
    /// <summary>Another key of the same partition; null where none was seen.</summary>
    internal string? Other { get; init; }
}
