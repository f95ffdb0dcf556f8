using EventFabric.Drivers;
using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Failing;

/// <summary>An event whose handler takes the process with it.</summary>
internal static class CrashLoopCases
{
    private const int Margin = 10;

    internal static IEnumerable<ConformanceCase> All =>
    [
        new("G12 crash_loop_backstop", "a handler that kills its process each time: dead-lettered once the broker's count passes MaxAttempts + 10", LoopAsync)
        {
            Needs = Capability.CrashGuard,
            Refusal = NotCountedAsync,
        },
    ];

    private static async Task LoopAsync(CaseContext context)
    {
        var plan = context.App().With("Retry:MaxAttempts", "1");
        var id = await PublishAsync(context, plan).ConfigureAwait(false);
        for (var crash = 1; crash <= Margin + 1; crash++) await CrashAsync(context, plan, id, crash).ConfigureAwait(false);
        await plan.StartAsync().ConfigureAwait(false);
        IReadOnlyList<Raw.RawEvent> dead = [];
        for (var turn = 0; turn < 100 && dead.Count == 0; turn++)
        {
            await context.AdvanceAsync(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500)).ConfigureAwait(false);
            dead = await context.RawReadAsync(plan.DeadLetters).ConfigureAwait(false);
        }

        Check.Equal(1, dead.Count, $"dead letters after {Margin + 1} crashes");
        Check.Equal(id, dead[0].Id, "the dead letter's id");
        Check.Equal("attempts-exhausted", dead[0].Header("ef-reason"), "ef-reason");
        Check.Equal(Margin + 1, context.Log.Of(id).Count, "handler calls: none once the count is passed");
    }

    private static async Task NotCountedAsync(CaseContext context)
    {
        var plan = context.App().With("Retry:MaxAttempts", "1");
        var id = await PublishAsync(context, plan).ConfigureAwait(false);
        for (var crash = 1; crash <= 3; crash++) await CrashAsync(context, plan, id, crash).ConfigureAwait(false);
        var app = await plan.StartAsync().ConfigureAwait(false);
        await DeliveredAsync(context, id, 4).ConfigureAwait(false);
        await app.StopAsync().ConfigureAwait(false);
        Check.Equal(0, (await context.RawReadAsync(plan.DeadLetters).ConfigureAwait(false)).Count, "dead letters: no failure was ever seen");
    }

    private static async Task<string> PublishAsync(CaseContext context, AppPlan plan)
    {
        var publisher = await plan.StartPublisherAsync().ConfigureAwait(false);
        var id = (await publisher.PublishAsync("deadly", "key").ConfigureAwait(false)).Id;
        await publisher.StopAsync().ConfigureAwait(false);
        return id;
    }

    private static async Task CrashAsync(CaseContext context, AppPlan plan, string id, int count)
    {
        var gate = context.Gate();
        var app = await plan.StartAsync(async (_, _) =>
        {
            await gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            return Settlement.Ack;
        }).ConfigureAwait(false);
        await DeliveredAsync(context, id, count).ConfigureAwait(false);
        app.Faults.Crash();
        gate.Open();
        await app.StopAsync().ConfigureAwait(false);
    }

    private static Task DeliveredAsync(CaseContext context, string id, int count)
    {
        var limit = (context.Profile.Receive.Lease ?? TimeSpan.FromSeconds(30)) * 3;
        return context.AdvanceUntilAsync(() => context.Log.Of(id).Count >= count, limit, TimeSpan.FromMilliseconds(250), $"delivery {count} of the event");
    }
}
