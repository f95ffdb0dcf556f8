using EventFabric.Drivers;
using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Ordering;

/// <summary>Order within a key, parallel keys beside it.</summary>
internal static class KeyCases
{
    private const int Keys = 16;

    internal static IEnumerable<ConformanceCase> All =>
    [
        Needing("E01 per_key_order", "16 keys of 200 events: each key in publish order", OrderAsync),
        Needing("E02 per_key_order_with_parallel_keys", "at least 4 keys run at once, of one key one event at a time", ParallelKeysAsync, Capability.KeyConcurrency),
        Needing("E03 order_kept_on_retry_block", "event 2 of a key fails twice: 3 is not handled before 2 is done", RetryBlocksAsync),
        Needing("E05 order_skip", "OnExhausted DeadLetter: 3 is handled once 2 is in the dead-letter channel", SkipAsync),
        Needing("E08 slow_key_no_hol", "one blocked key does not hold the others up", SlowKeyAsync, Capability.KeyConcurrency),
        Needing("E09 order_across_rebalance", "members come and go: first deliveries stay in order per key, no key runs on two members", RebalanceAsync),
    ];

    internal static ConformanceCase Needing(string name, string asserts, Func<CaseContext, Task> body, Capability capability = Capability.OrderingKey) => new(name, asserts, body)
    {
        Needs = capability,
        Refusal = static context => Refusals.CheckStartAsync(context, context.App().With("Ordering", nameof(OrderingMode.PerKey)), "Ordering"),
    };

    private static async Task OrderAsync(CaseContext context)
    {
        var app = await context.App().StartAsync(async (delivery, cancellationToken) =>
        {
            if (delivery.Number % 7 == 0) await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            return Settlement.Ack;
        }).ConfigureAwait(false);
        var one = Enumerable.Range(0, 16).Select(key => Task.Run(async () =>
        {
            for (var number = 0; number < 100; number++) await app.PublishAsync($"k{key}", $"k{key}", number).ConfigureAwait(false);
        }));
        await context.WithinAsync(Task.WhenAll(one), "16 tasks to have published one by one").ConfigureAwait(false);
        var next = Enumerable.Repeat(100, 16).ToArray();
        var rest = Enumerable.Range(0, 16).SelectMany(static key => Enumerable.Repeat(key, 100)).ToArray();
        context.Random.Shuffle(rest);
        await app.PublishBatchAsync(rest.Select(key => ($"k{key}", (string?)$"k{key}", next[key]++))).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() >= 3200, "3,200 events").ConfigureAwait(false);
        Order.CheckFirstDeliveries(context.Log, 16, 200);
    }

    private static async Task ParallelKeysAsync(CaseContext context)
    {
        var gate = context.Gate();
        var app = await context.App().StartAsync(async (_, cancellationToken) =>
        {
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            return Settlement.Ack;
        }).ConfigureAwait(false);
        await app.PublishBatchAsync(Enumerable.Range(0, 48).Select(static index => ($"k{index % 8}", (string?)$"k{index % 8}", index / 8))).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.MostKeys >= 4, "4 keys in handlers at once").ConfigureAwait(false);
        await context.AdvanceAsync(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(1)).ConfigureAwait(false);
        gate.Open();
        await context.UntilAsync(() => context.Log.Distinct() >= 48, "48 events").ConfigureAwait(false);
        Check.Equal(1, context.Log.MostOfAKey, "events of one key in handlers at once");
        Order.CheckFirstDeliveries(context.Log, 8, 6);
    }

    private static async Task RetryBlocksAsync(CaseContext context)
    {
        var app = await context.App().StartAsync(static (delivery, _) =>
            new(delivery is { Number: 2, Attempt: <= 2 } ? Settlement.Retry(TimeSpan.FromMilliseconds(50)) : Settlement.Ack)).ConfigureAwait(false);
        foreach (var number in new[] { 1, 2, 3, 4 }) await app.PublishAsync("held", "key", number).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Any(static delivery => delivery is { Number: 4, IsRunning: false }), "event 4").ConfigureAwait(false);
        Check.Sequence([1, 2, 2, 2, 3, 4], context.Log.All.Select(static delivery => delivery.Number), "the handler calls of the key");
        Check.Equal(1, context.Log.MostOfAKey, "events of the key in handlers at once");
    }

    private static async Task SkipAsync(CaseContext context)
    {
        var plan = context.App().With("Retry:MaxAttempts", "2").With("OnExhausted", nameof(ExhaustedPolicy.DeadLetter));
        var deadAtThree = -1;
        var app = await plan.StartAsync(async (delivery, _) =>
        {
            if (delivery.Number == 2) throw new InvalidOperationException("planned");
            if (delivery.Number == 3) deadAtThree = (await context.RawReadAsync(plan.DeadLetters).ConfigureAwait(false)).Count;
            return Settlement.Ack;
        }).ConfigureAwait(false);
        foreach (var number in new[] { 1, 2, 3 }) await app.PublishAsync("skip", "key", number).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Any(static delivery => delivery is { Number: 3, IsRunning: false }), "event 3").ConfigureAwait(false);
        Check.Equal(1, deadAtThree, "dead letters when event 3 is handled");
        Check.Sequence([1, 2, 2, 3], context.Log.All.Select(static delivery => delivery.Number), "the handler calls of the key");
    }

    private static async Task SlowKeyAsync(CaseContext context)
    {
        var gate = context.Gate();
        var app = await context.App().StartAsync(async (delivery, cancellationToken) =>
        {
            if (delivery.Key == "slow") await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            return Settlement.Ack;
        }).ConfigureAwait(false);
        await app.PublishBatchAsync(Enumerable.Range(0, 10).Select(static index => ("slow", (string?)"slow", index))).ConfigureAwait(false);
        await context.UntilAsync(() => gate.Arrived > 0, "the slow key's first event").ConfigureAwait(false);
        await app.PublishBatchAsync(Enumerable.Range(0, 300).Select(static index => ("quick", (string?)$"k{index % 20}", index / 20))).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Named("quick").Count >= 300, "300 events of other keys while one key is blocked").ConfigureAwait(false);
        Check.Equal(1, context.Log.Named("slow").Count, "events of the blocked key");
        gate.Open();
        await context.UntilAsync(() => context.Log.Distinct() >= 310, "310 events").ConfigureAwait(false);
    }

    private static async Task RebalanceAsync(CaseContext context)
    {
        var gate = context.Gate();
        var plan = context.App();
        CaseHandler handler = async (delivery, cancellationToken) =>
        {
            // While the second member joins, the first has an event of each key in a handler.
            if (delivery.Number == 40) await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            else await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            return Settlement.Ack;
        };
        var publisher = await plan.StartPublisherAsync().ConfigureAwait(false);
        var first = await plan.StartAsync(handler).ConfigureAwait(false);
        await PublishAsync(publisher, 0, 50).ConfigureAwait(false);
        await context.UntilAsync(() => gate.Arrived >= 4, "4 keys at their event 40").ConfigureAwait(false);
        await plan.StartAsync(handler).ConfigureAwait(false);
        await context.AdvanceAsync(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(1)).ConfigureAwait(false);
        gate.Open();
        await PublishAsync(publisher, 50, 80).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() > 60 * Keys, "more events").ConfigureAwait(false);
        var stopping = first.StopAsync();
        await PublishAsync(publisher, 80, 120).ConfigureAwait(false);
        await stopping.ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() >= 120 * Keys, () => $"all events; missing: {Order.Missing(context.Log, Keys, 120)}").ConfigureAwait(false);
        Order.CheckFirstDeliveries(context.Log, Keys, 120);
        Check.Equal(1, context.Log.MostOfAKey, "events of one key in handlers at once, over all members");
    }

    private static Task<IReadOnlyList<PublishResult>> PublishAsync(CaseApp publisher, int from, int until) => publisher.PublishBatchAsync(
        Enumerable.Range(from * Keys, (until - from) * Keys).Select(static index => ($"k{index % Keys}", (string?)$"k{index % Keys}", index / Keys)));
}
