using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Settling;

/// <summary>A settlement that the broker does not take is seen, and tried again.</summary>
internal static class SettleFailureCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("D14 settle_failure_surfaces", "a rejected ack is counted and tried again; one that never gets through means redelivery", FailAsync),
    ];

    private static async Task FailAsync(CaseContext context)
    {
        var plan = context.App();
        var app = await plan.StartAsync().ConfigureAwait(false);
        app.Faults.FailSettles(times: 3);
        await app.PublishAsync("for a time", "key").ConfigureAwait(false);
        await context.AdvanceUntilAsync(
            () => context.Metrics["settle_failures", plan.Subscription] >= 3,
            TimeSpan.FromMinutes(1),
            TimeSpan.FromMilliseconds(50),
            "3 failed settlements in the metrics").ConfigureAwait(false);
        await app.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, ["key"]).ConfigureAwait(false);

        var failing = await plan.StartAsync().ConfigureAwait(false);
        failing.Faults.FailSettles();
        var lost = await failing.PublishAsync("for good", "key").ConfigureAwait(false);
        await context.AdvanceUntilAsync(
            () => context.Metrics["settle_failures", plan.Subscription] >= 4 && context.Log.Of(lost.Id) is [{ IsRunning: false }, ..],
            TimeSpan.FromMinutes(1),
            TimeSpan.FromMilliseconds(50),
            "a fourth failed settlement in the metrics").ConfigureAwait(false);
        failing.Faults.Crash();
        await plan.StartAsync().ConfigureAwait(false);
        var limit = (context.Profile.Receive.Lease ?? TimeSpan.FromSeconds(30)) * 3;
        await context.AdvanceUntilAsync(() => context.Log.Of(lost.Id).Count >= 2, limit, TimeSpan.FromMilliseconds(100), "the event again, whose ack never got through").ConfigureAwait(false);
    }
}
