using EventFabric.Drivers;
using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Ordering;

/// <summary>How much runs at once, and what is refused.</summary>
internal static class ConcurrencyCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("E06 null_key_spreads", "events without a key are handled in parallel", NullKeyAsync),
        new("E07 max_concurrency_respected", "never more than MaxConcurrency in handlers, and as many where there is work", MaxConcurrencyAsync),
        new("E10 ordering_required_but_unsupported_fails_startup", "PerKey on a driver that says OrderingKey Unsupported is refused at start-up, with the path", UnsupportedAsync),
    ];

    private static async Task NullKeyAsync(CaseContext context)
    {
        var gate = context.Gate();
        var app = await context.App().StartAsync(async (_, cancellationToken) =>
        {
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            return Settlement.Ack;
        }).ConfigureAwait(false);
        await app.PublishBatchAsync(Enumerable.Range(0, 24).Select(static index => ($"n{index}", (string?)null, index))).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.MostAtOnce >= 4, "4 events without a key in handlers at once").ConfigureAwait(false);
        gate.Open();
        await context.UntilAsync(() => context.Log.Distinct() >= 24, "24 events").ConfigureAwait(false);
        Check.True(context.Log.All.All(static delivery => delivery.Key is null), "no key", "one");
    }

    private static async Task MaxConcurrencyAsync(CaseContext context)
    {
        var gate = context.Gate();
        var app = await context.App().With("MaxConcurrency", "3").StartAsync(async (delivery, cancellationToken) =>
        {
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            for (var turn = 0; turn < delivery.Number % 5; turn++) await Task.Yield();
            return Settlement.Ack;
        }).ConfigureAwait(false);
        await app.PublishBatchAsync(Enumerable.Range(0, 100).Select(static index => ($"n{index}", index % 2 == 0 ? $"k{index}" : null, index))).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.MostAtOnce >= 3, "3 events in handlers at once").ConfigureAwait(false);
        await context.AdvanceAsync(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(1)).ConfigureAwait(false);
        gate.Open();
        await context.UntilAsync(() => context.Log.Distinct() >= 100, "100 events").ConfigureAwait(false);
        Check.Equal(3, context.Log.MostAtOnce, "the most events in handlers at once");
    }

    private static async Task UnsupportedAsync(CaseContext context)
    {
        context.Spy.ChangeCapability = static cell => cell.Capability is Capability.OrderingKey or Capability.KeyConcurrency
            ? new CapabilityCell(cell.Capability, Support.Unsupported, "the case says so")
            : cell;
        await Refusals.CheckStartAsync(context, context.App().With("Ordering", nameof(OrderingMode.PerKey)), "Ordering").ConfigureAwait(false);
        context.Outcome = CaseOutcome.Passed;
    }
}
