using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Groups;

/// <summary>What becomes of handlers whose events go to another member while they run: by a revocation, and without partitions by the end of the lease.</summary>
internal static class RevokeCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("F06 revoked_handler_token_fires", "the token of a handler is cancelled when its event goes to another member, which gets it", TokenAsync),
        new("F10 revoke_settles_before_give_up", "of what runs at a revocation, what ends in time is settled and stays handled; the rest, and what was behind it, comes again", SettlesAsync),
    ];

    private static async Task TokenAsync(CaseContext context)
    {
        var gate = context.Gate();
        CaseHandler handler = async (delivery, cancellationToken) =>
        {
            if (delivery.Text == "held" && context.Log.Of(delivery.Id).Count == 1) await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            return Settlement.Ack;
        };
        var plan = context.App().With("MaxConcurrency", "64");
        var first = await plan.StartAsync(handler).ConfigureAwait(false);
        var keys = await Members.KeysAsync(context, first).ConfigureAwait(false);
        await first.PublishBatchAsync(keys.Select(static key => ("held", (string?)key.Key, 0))).ConfigureAwait(false);
        await Members.UntilAsync(context, () => gate.Arrived == keys.Count, $"{keys.Count} handlers to have begun").ConfigureAwait(false);
        await Members.TakeFromAsync(context, plan, first, handler).ConfigureAwait(false);
        await Members.UntilGivenUpAsync(
            context,
            () => Members.Moved(context, first, keys) is { Count: > 0 } moved && moved.All(key => First(context, key).Token.IsCancellationRequested),
            "the tokens of the handlers whose events were taken to be cancelled").ConfigureAwait(false);
        first.Faults.HealExtensions();
        await Members.UntilGivenUpAsync(
            context,
            () => Members.Moved(context, first, keys).All(key => context.Log.Any(delivery => delivery is { Text: "held", Ending: "Ack" } && delivery.Key == key.Key)),
            "the events that were taken to be handled elsewhere").ConfigureAwait(false);
        foreach (var key in keys.Except(Members.Moved(context, first, keys)))
            Check.True(!First(context, key).Token.IsCancellationRequested, $"the handler of key {key.Key}, whose partition stays, to go on", "a cancelled token");
    }

    private static Delivery First(CaseContext context, PartitionKey key) => context.Log.Named("held").First(delivery => delivery.Key == key.Key);

    private static async Task SettlesAsync(CaseContext context)
    {
        var (quick, deaf) = (context.Gate(), context.Gate());
        CaseHandler handler = async (delivery, _) =>
        {
            // The first event of each key runs; the second is behind it, taken and not handled.
            var gate = (delivery.Text, delivery.Number) switch
            {
                ("quick", 0) => quick,
                ("deaf", 0) => deaf,
                _ => null,
            };
            if (gate is not null) await gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        };
        var plan = context.App().With("MaxConcurrency", "64");
        var first = await plan.StartAsync(handler).ConfigureAwait(false);
        var keys = await Members.KeysAsync(context, first).ConfigureAwait(false);
        for (var number = 0; number < 2; number++)
            await first.PublishBatchAsync(keys.Select((key, index) => (index % 2 == 0 ? "quick" : "deaf", (string?)key.Key, number))).ConfigureAwait(false);
        await Members.UntilAsync(context, () => quick.Arrived + deaf.Arrived == keys.Count, $"{keys.Count} handlers to have begun").ConfigureAwait(false);
        await Members.TakeFromAsync(context, plan, first, handler).ConfigureAwait(false);
        if (context.Profile.Receive.Partitioned)
        {
            await Members.UntilAsync(context, () => first.Tenures.Asked.Count > 0, "the member to be asked for partitions").ConfigureAwait(false);

            // Well inside the grace, and late enough for who gives none to be seen.
            await context.AdvanceAsync(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(50)).ConfigureAwait(false);
        }

        quick.Open();
        await Members.UntilGivenUpAsync(
            context,
            () => Members.Moved(context, first, keys) is { Count: > 0 } moved && DeafOf(context, moved).All(static delivery => delivery.Token.IsCancellationRequested),
            "the tokens of the handlers that do not end to be cancelled").ConfigureAwait(false);
        deaf.Open();
        first.Faults.HealExtensions();
        await Members.UntilGivenUpAsync(
            context,
            () => keys.All(key => context.Log.Any(delivery => delivery is { Number: 1, Ending: "Ack" } && delivery.Key == key.Key))
                && DeafOf(context, Members.Moved(context, first, keys)).All(delivery => context.Log.Of(delivery.Id).Count > 1),
            "every event to be handled, and once more those whose handlers did not end in time").ConfigureAwait(false);
        foreach (var ended in context.Log.Named("quick").Where(static delivery => delivery.Number == 0))
            Check.Equal(1, context.Log.Of(ended.Id).Count, $"deliveries of the event of key {ended.Key}, whose handler ended in time");
        foreach (var key in keys)
        {
            var numbers = context.Log.All.Where(delivery => delivery.Key == key.Key && delivery.Number >= 0).DistinctBy(static delivery => delivery.Id).Select(static delivery => delivery.Number);
            Check.Sequence([0, 1], context.Profile.IsOrdered ? numbers : numbers.Order(), $"the first deliveries of key {key.Key}");
        }
    }

    /// <summary>The first deliveries of those events of some keys whose handlers do not end in time.</summary>
    private static IEnumerable<Delivery> DeafOf(CaseContext context, IReadOnlyList<PartitionKey> keys) => context.Log.Named("deaf")
        .Where(delivery => delivery.Number == 0 && keys.Any(key => key.Key == delivery.Key))
        .DistinctBy(static delivery => delivery.Id);
}
