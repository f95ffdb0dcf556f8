using EventFabric.Drivers;
using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Failing;

/// <summary>The original is settled once its dead letter is safe, and not before.</summary>
internal static class DeadLetterWriteCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("G06 dlq_publish_fail_does_not_ack", "the dead-letter channel is down: the original stays, it is tried again, and a metric tells", DownAsync),
        new("G07 dlq_write_awaited", "the original is settled only after the dead letter is confirmed", AwaitedAsync),
    ];

    private static async Task DownAsync(CaseContext context)
    {
        var plan = context.App().Root("PublishTimeout", "500ms");
        CaseHandler handler = static (delivery, _) => new(delivery.Text == "bad" ? Settlement.DeadLetter("no-use") : Settlement.Ack);
        var app = await plan.StartAsync(handler).ConfigureAwait(false);
        app.Faults.FailSends(static send => send.Role == ChannelRole.DeadLetter, SendStatus.NotSent, ErrorKind.Transient);
        var first = await app.PublishAsync("bad", "key-1").ConfigureAwait(false);
        await UntilFailuresAsync(context, plan, 1).ConfigureAwait(false);
        app.Faults.HealSends();
        var dead = await DeadLetterAsync(context, plan, first.Id).ConfigureAwait(false);
        Check.Equal("no-use", dead.Header("ef-reason"), "ef-reason after the channel is back");

        app.Faults.FailSends(static send => send.Role == ChannelRole.DeadLetter, SendStatus.NotSent, ErrorKind.Transient);
        var second = await app.PublishAsync("bad", "key-2").ConfigureAwait(false);
        await UntilFailuresAsync(context, plan, context.Metrics["dead_letter_failures", plan.Subscription] + 1).ConfigureAwait(false);
        await Settlements.HaveHadTheirChanceAsync(context, app).ConfigureAwait(false);
        app.Faults.Crash();
        var taking = await plan.StartAsync(handler).ConfigureAwait(false);
        await DeadLetterAsync(context, plan, second.Id).ConfigureAwait(false);
        Check.True(context.Log.Any(delivery => delivery.Id == second.Id && delivery.Host == taking.Number), "the event at the next member, since it was never settled", "not there");
        await taking.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, ["key-1", "key-2"]).ConfigureAwait(false);
    }

    private static async Task AwaitedAsync(CaseContext context)
    {
        var plan = context.App();
        CaseHandler handler = static (delivery, _) => new(delivery.Text == "bad" ? Settlement.DeadLetter("no-use") : Settlement.Ack);
        var app = await plan.StartAsync(handler).ConfigureAwait(false);
        var hold = app.Faults.HoldConfirmations(static send => send.Role == ChannelRole.DeadLetter);
        string?[] keys = ["key", null];
        var ids = new List<string>();
        foreach (var key in keys) ids.Add((await app.PublishAsync("bad", key).ConfigureAwait(false)).Id);
        await context.UntilAsync(() => hold.Held >= 2, "2 dead letters that are not confirmed").ConfigureAwait(false);
        await Settlements.HaveHadTheirChanceAsync(context, app).ConfigureAwait(false);
        app.Faults.Crash();
        var taking = await plan.StartAsync(handler).ConfigureAwait(false);
        var limit = (context.Profile.Receive.Lease ?? TimeSpan.FromSeconds(30)) * 3;
        await context.AdvanceUntilAsync(
            () => ids.TrueForAll(id => context.Log.Any(delivery => delivery.Id == id && delivery.Host == taking.Number)),
            limit,
            TimeSpan.FromMilliseconds(100),
            "both events at the next member, since their dead letters were never confirmed").ConfigureAwait(false);
        await context.RawUntilAsync(plan.DeadLetters, 2, "2 dead letters").ConfigureAwait(false);
    }

    private static Task UntilFailuresAsync(CaseContext context, AppPlan plan, long count) => context.AdvanceUntilAsync(
        () => context.Metrics["dead_letter_failures", plan.Subscription] >= count,
        TimeSpan.FromSeconds(20),
        TimeSpan.FromMilliseconds(50),
        $"{count} failed dead-letter writes in the metrics");

    private static async Task<Raw.RawEvent> DeadLetterAsync(CaseContext context, AppPlan plan, string id)
    {
        IReadOnlyList<Raw.RawEvent> dead = [];
        var end = context.Now + TimeSpan.FromMinutes(2);
        while (!dead.Any(raw => raw.Id == id))
        {
            if (context.Now >= end) throw Check.Failed("the dead-letter channel", $"event {id}", string.Join(", ", dead.Select(static raw => raw.Id)));
            await context.AdvanceAsync(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(50)).ConfigureAwait(false);
            dead = await context.RawReadAsync(plan.DeadLetters).ConfigureAwait(false);
        }

        return dead.First(raw => raw.Id == id);
    }
}
