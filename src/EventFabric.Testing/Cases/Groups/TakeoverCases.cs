using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Groups;

/// <summary>One member goes, another carries on.</summary>
internal static class TakeoverCases
{
    private const int Keys = 16;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    internal static IEnumerable<ConformanceCase> All =>
    [
        new("F04 member_crash_takeover", "a member dies with events in its handlers and more before it: the other handles them all, in order", CrashAsync),
        new("F05 rebalance_during_retry", "events that wait for their retry when their member loses them: none is lost, no key runs twice at once, its later events still wait", RetryAsync),
    ];

    private static async Task CrashAsync(CaseContext context)
    {
        var (gate, lives) = (context.Gate(), context.Gate());
        CaseApp? dying = null;
        CaseHandler handler = async (delivery, _) =>
        {
            // The other waits too, so that without partitions it does not take all.
            if (delivery.Text == "work") await (delivery.Host == dying!.Number ? gate : lives).WaitAsync(CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        };
        var plan = context.App().With("MaxConcurrency", "4").With("MaxInFlight", "8");
        dying = await plan.StartAsync(handler).ConfigureAwait(false);
        var surviving = await plan.StartAsync(handler).ConfigureAwait(false);
        await Members.ShareAsync(context, dying, surviving).ConfigureAwait(false);
        var ids = new HashSet<string>();
        for (var round = 0; gate.Arrived == 0 && round < 20; round++)
        {
            foreach (var number in new[] { round * 2, (round * 2) + 1 })
            {
                var results = await surviving.PublishBatchAsync(Enumerable.Range(0, Keys).Select(key => ("work", (string?)$"k{key}", number))).ConfigureAwait(false);
                ids.UnionWith(results.Select(static result => result.Id));
            }

            for (var tick = 0; tick < 50 && gate.Arrived == 0; tick++) await context.AdvanceAsync(Tick, Tick).ConfigureAwait(false);
        }

        await context.UntilAsync(() => gate.Arrived > 0, "the member that will die to have events in its handlers").ConfigureAwait(false);
        lives.Open();
        dying.Faults.Crash();
        gate.Open();
        await Members.UntilGivenUpAsync(
            context,
            () => ids.IsSubsetOf(context.Log.All.Where(delivery => delivery is { Ending: "Ack" } && delivery.Host == surviving.Number).Select(static delivery => delivery.Id)),
            $"all {ids.Count} events at the member that lives").ConfigureAwait(false);
        foreach (var key in context.Log.All.Where(delivery => context.Profile.IsOrdered && delivery.Host == surviving.Number).GroupBy(static delivery => delivery.Key))
        {
            var numbers = key.DistinctBy(static delivery => delivery.Id).Select(static delivery => delivery.Number).ToList();
            Check.Sequence(numbers.Order(), numbers, $"the events of key {key.Key} at the member that lives");
        }

        await surviving.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, [.. Enumerable.Range(0, Keys).Select(static key => $"k{key}")]).ConfigureAwait(false);
    }

    private static async Task RetryAsync(CaseContext context)
    {
        var heals = context.Gate();
        var early = 0;
        CaseHandler handler = (delivery, _) =>
        {
            if (delivery.Number == 0 && !heals.IsOpen) return new(Settlement.Retry(TimeSpan.FromMilliseconds(200)));
            if (delivery.Number == 1 && !context.Log.Any(other => other is { Number: 0, Ending: "Ack" } && other.Key == delivery.Key)) Interlocked.Increment(ref early);
            return new(Settlement.Ack);
        };
        var plan = context.App().With("Retry:MaxAttempts", "1000").With("MaxConcurrency", "16");
        var first = await plan.StartAsync(handler).ConfigureAwait(false);
        for (var number = 0; number < 2; number++)
            await first.PublishBatchAsync(Enumerable.Range(0, Keys).Select(key => ("pending", (string?)$"k{key}", number))).ConfigureAwait(false);
        await Members.UntilAsync(context, () => Attempted(context, first) == Keys, $"{Keys} events that wait for their retry").ConfigureAwait(false);
        var second = await plan.StartAsync(handler).ConfigureAwait(false);
        if (context.Profile.Receive.Partitioned)
            await Members.UntilGivenUpAsync(context, () => Attempted(context, second) > 0, "events that wait for their retry at the member that came").ConfigureAwait(false);
        await first.StopAsync().ConfigureAwait(false);
        await Members.UntilGivenUpAsync(context, () => Attempted(context, second) == Keys, $"all {Keys} events that wait for their retry at the member that stays").ConfigureAwait(false);
        heals.Open();
        await Members.UntilGivenUpAsync(
            context,
            () => context.Log.All.Where(static delivery => delivery is { Ending: "Ack" }).Select(static delivery => delivery.Id).Distinct().Count() == Keys * 2,
            "each of them and the event behind it").ConfigureAwait(false);
        if (context.Profile.IsOrdered)
        {
            Check.Equal(0, early, "events that overtook the one that waits for its retry");
            Check.Equal(1, context.Log.MostOfAKey, "events of one key in handlers at once, over all members");
        }

        await second.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, [.. Enumerable.Range(0, Keys).Select(static key => $"k{key}")]).ConfigureAwait(false);
    }

    private static int Attempted(CaseContext context, CaseApp member) =>
        context.Log.All.Where(delivery => delivery is { Number: 0, Text: "pending" } && delivery.Host == member.Number).Select(static delivery => delivery.Id).Distinct().Count();
}
