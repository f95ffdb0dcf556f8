using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Groups;

/// <summary>A member settles what it has, and nothing that it had.</summary>
internal static class TenureCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("F07 no_checkpoint_after_revoke", "a handler that ends after its event went to another member settles nothing: when that one dies, the event comes again", LateAsync),
        new("F11 old_tenure_settle_moves_nothing", "a handler that ends after its member lost its event and got it again settles nothing: when the member dies, the event comes again", OldAsync),
    ];

    private static async Task LateAsync(CaseContext context)
    {
        var (late, taken) = (context.Gate(), context.Gate());
        CaseApp? first = null;
        CaseHandler handler = async (delivery, _) =>
        {
            if (delivery.Text == "held") await (delivery.Host == first!.Number ? late : taken).WaitAsync(CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        };
        var plan = Plan(context);
        first = await plan.StartAsync(handler).ConfigureAwait(false);
        var keys = await HeldAsync(context, first, late).ConfigureAwait(false);
        var second = await Members.TakeFromAsync(context, plan, first, handler).ConfigureAwait(false);
        var moved = await TakenAsync(context, first, keys).ConfigureAwait(false);
        first.Faults.HealExtensions();
        late.Open();
        await context.UntilAsync(() => !context.Log.Any(delivery => delivery.Host == first.Number && delivery.IsRunning), "the late handlers to end").ConfigureAwait(false);
        await Settlements.HaveHadTheirChanceAsync(context, first).ConfigureAwait(false);
        var before = context.Log.Count;
        second.Faults.Crash();
        await AgainAsync(context, moved, before, "the events that the second member did not end, since the late handlers settled nothing").ConfigureAwait(false);
    }

    private static async Task OldAsync(CaseContext context)
    {
        var (old, passing, anew) = (context.Gate(), context.Gate(), context.Gate());
        CaseApp? first = null;
        CaseHandler handler = async (delivery, _) =>
        {
            if (delivery.Text != "held") return Settlement.Ack;
            var isFirst = context.Log.Of(delivery.Id).Count(other => other.Host == first!.Number) == 1;
            var gate = delivery.Host != first!.Number ? passing : isFirst ? old : anew;
            await gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        };
        var plan = Plan(context);
        first = await plan.StartAsync(handler).ConfigureAwait(false);
        var keys = await HeldAsync(context, first, old).ConfigureAwait(false);
        var second = await Members.TakeFromAsync(context, plan, first, handler).ConfigureAwait(false);
        var moved = await TakenAsync(context, first, keys).ConfigureAwait(false);
        first.Faults.HealExtensions();
        second.Faults.Crash();
        if (context.Profile.Receive.Partitioned) await ComeBackAsync(context, first, moved).ConfigureAwait(false);
        passing.Open();
        old.Open();
        await Members.UntilGivenUpAsync(context, () => anew.Arrived >= moved.Count, "the events at the first member once more, since the old handlers settled nothing").ConfigureAwait(false);

        // Without partitions the first member is full: another shows that settlements had their chance.
        var third = context.Profile.Receive.Partitioned ? null : await plan.StartAsync(handler).ConfigureAwait(false);
        await Settlements.HaveHadTheirChanceAsync(context, third ?? first).ConfigureAwait(false);
        var before = context.Log.Count;
        first.Faults.Crash();
        if (third is null) await plan.StartAsync(handler).ConfigureAwait(false);
        await AgainAsync(context, moved, before, "the events that the first member did not end, since the old handlers settled nothing").ConfigureAwait(false);
    }

    /// <summary>Without partitions the first member could be handed its own events again at once: it has no room for them while its handlers run.</summary>
    private static AppPlan Plan(CaseContext context) => context.Profile.Receive.Partitioned
        ? context.App().With("MaxConcurrency", "64")
        : context.App().With("MaxConcurrency", "8").With("MaxInFlight", "8");

    /// <summary>One event of each key, in a handler of the first member.</summary>
    private static async Task<IReadOnlyList<PartitionKey>> HeldAsync(CaseContext context, CaseApp first, Gate gate)
    {
        var keys = await Members.KeysAsync(context, first).ConfigureAwait(false);
        await first.PublishBatchAsync(keys.Select(static key => ("held", (string?)key.Key, 0))).ConfigureAwait(false);
        await Members.UntilAsync(context, () => gate.Arrived == keys.Count, $"{keys.Count} handlers to have begun").ConfigureAwait(false);
        return keys;
    }

    /// <summary>Waits until the events that the first member lost are in handlers of another, and its own were told; gives their keys.</summary>
    private static async Task<IReadOnlyList<PartitionKey>> TakenAsync(CaseContext context, CaseApp first, IReadOnlyList<PartitionKey> keys)
    {
        await Members.UntilGivenUpAsync(
            context,
            () => Members.Moved(context, first, keys) is { Count: > 0 } moved
                && moved.All(key => HeldOf(key) is var held
                    && held.Exists(delivery => delivery.Host != first.Number)
                    && held.Exists(delivery => delivery.Host == first.Number && delivery.Token.IsCancellationRequested)),
            "the events that the first member lost at the second, and the tokens of its own handlers to be cancelled").ConfigureAwait(false);
        return Members.Moved(context, first, keys);

        List<Delivery> HeldOf(PartitionKey key) => [.. context.Log.Named("held").Where(delivery => delivery.Key == key.Key)];
    }

    /// <summary>Waits until the first member has its partitions again, and has been handed what it had not settled: what is behind it comes.</summary>
    private static async Task ComeBackAsync(CaseContext context, CaseApp first, IReadOnlyList<PartitionKey> moved)
    {
        await Members.UntilGivenUpAsync(context, () => moved.All(key => first.Tenures.Held.Contains(key.Partition)), "the partitions to come back to the first member").ConfigureAwait(false);
        var behind = await first.PublishBatchAsync(moved.Where(static key => key.Other is not null).Select(static key => ("behind", key.Other, 0))).ConfigureAwait(false);
        await Members.UntilGivenUpAsync(
            context,
            () => behind.All(result => context.Log.Any(delivery => delivery.Id == result.Id && delivery.Host == first.Number)),
            "the events behind those that came back, at the first member").ConfigureAwait(false);
    }

    /// <summary>Waits until the held event of each key is delivered once more.</summary>
    private static Task AgainAsync(CaseContext context, IReadOnlyList<PartitionKey> keys, int before, string expected) => Members.UntilGivenUpAsync(
        context,
        () => keys.All(key => context.Log.All.Skip(before).Any(delivery => delivery.Text == "held" && delivery.Key == key.Key)),
        expected);
}
