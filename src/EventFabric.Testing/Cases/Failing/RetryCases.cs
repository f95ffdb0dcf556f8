using EventFabric.Testing.Conformance;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Testing.Cases.Failing;

/// <summary>How often, how long apart, and what for.</summary>
internal static class RetryCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("G01 immediate_retry_count", "MaxAttempts 3: handled three times, then dead-lettered", CountAsync),
        new("G02 exponential_backoff_timing", "the waits grow, with jitter, and stay below their bounds", BackoffAsync),
        new("G03 exception_filter", "an exception that DeadLetterOn names, or one derived from it, ends after one attempt", FilterAsync),
        new("G04 attempt_visible", "the handler sees attempt 1, 2, 3, 4", AttemptAsync),
        new("G13 retry_budget_inside_lease", "an event held for a retry longer than the lease goes to nobody else", HeldPastLeaseAsync),
        new("G14 head_of_line_bounded", "a retrying event without a key does not hold the others up", HeadOfLineAsync),
    ];

    private static async Task CountAsync(CaseContext context)
    {
        var plan = context.App().With("Retry:MaxAttempts", "3");
        var app = await plan.StartAsync(static (delivery, _) =>
            delivery.Text == "bad" ? throw new InvalidOperationException("planned") : new(Settlement.Ack)).ConfigureAwait(false);
        var result = await app.PublishAsync("bad", "key").ConfigureAwait(false);
        await app.PublishAsync("behind", "key").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Named("behind").Count == 1, "the event behind it").ConfigureAwait(false);
        var dead = (await context.RawUntilAsync(plan.DeadLetters, 1, "1 dead letter").ConfigureAwait(false)).Single();
        Check.Sequence([1, 2, 3], context.Log.Of(result.Id).Select(static delivery => delivery.Attempt), "the attempts");
        Check.Equal(result.Id, dead.Id, "the dead letter's id");
        Check.Equal("3", dead.Header("ef-attempts"), "ef-attempts");
        Check.Equal(typeof(InvalidOperationException).FullName, dead.Header("ef-reason"), "ef-reason");
        await app.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, ["key"]).ConfigureAwait(false);
    }

    private static async Task BackoffAsync(CaseContext context)
    {
        const int Events = 48;
        TimeSpan[] bounds = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4)];
        var plan = context.App().With("Retry:MaxAttempts", "5").With("Retry:BaseDelay", "1s").With("Retry:MaxDelay", "4s").With("MaxConcurrency", $"{Events}");
        var app = await plan.StartAsync(static (delivery, _) => new(delivery.Attempt < 5 ? Settlement.Retry() : Settlement.Ack)).ConfigureAwait(false);
        await app.PublishBatchAsync(Enumerable.Range(0, Events).Select(static index => ($"n{index}", (string?)$"k{index}", index))).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.CountOf(static delivery => !delivery.IsRunning) >= Events, "the first attempts").ConfigureAwait(false);
        await context.AdvanceUntilAsync(
            () => context.Log.CountOf(static delivery => delivery is { Attempt: 5, IsRunning: false }) == Events,
            TimeSpan.FromSeconds(15),
            TimeSpan.FromMilliseconds(50),
            "the fifth attempts").ConfigureAwait(false);
        var means = new double[bounds.Length];
        foreach (var attempts in context.Log.All.GroupBy(static delivery => delivery.Id).Select(static group => group.ToList()))
        {
            Check.Sequence([1, 2, 3, 4, 5], attempts.Select(static delivery => delivery.Attempt), "the attempts");
            for (var wait = 0; wait < bounds.Length; wait++)
            {
                var waited = attempts[wait + 1].StartedAt - attempts[wait].EndedAt!.Value;
                Check.True(waited <= bounds[wait] + TimeSpan.FromSeconds(1), $"wait {wait + 1} of at most {bounds[wait]}", waited);
                means[wait] += waited.TotalSeconds / Events;
            }
        }

        Check.True(means[0] < means[1] && means[1] < means[2], "waits that grow", string.Join(", ", means));
    }

    private static async Task FilterAsync(CaseContext context)
    {
        var plan = context.App().Program(static (builder, _) => builder.DeadLetterOn<ArgumentException>());
        var app = await plan.StartAsync(static (delivery, _) => delivery.Text switch
        {
            "named" => throw new ArgumentException("planned"),
            "derived" => throw new ArgumentNullException(delivery.Text),
            "other" => delivery.Attempt == 1 ? throw new InvalidOperationException("planned") : new(Settlement.Ack),
            _ => new(Settlement.Ack),
        }).ConfigureAwait(false);
        foreach (var text in new[] { "named", "derived", "other" })
        {
            await app.PublishAsync(text, text).ConfigureAwait(false);
            await app.PublishAsync("behind", text).ConfigureAwait(false);
        }

        await context.UntilAsync(() => context.Log.Named("behind").Count == 3 && (context.Profile.IsOrdered || context.Log.Named("other").Count == 2), "the event behind each").ConfigureAwait(false);
        var dead = await context.RawUntilAsync(plan.DeadLetters, 2, "2 dead letters").ConfigureAwait(false);
        Check.Equal(2, dead.Count, "dead letters");
        Check.Equal(1, context.Log.Named("named").Count, "attempts of the named exception");
        Check.Equal(1, context.Log.Named("derived").Count, "attempts of the derived exception");
        Check.Equal(2, context.Log.Named("other").Count, "attempts of another exception");
        Check.SameSet(
            [typeof(ArgumentException).FullName!, typeof(ArgumentNullException).FullName!],
            dead.Select(static raw => raw.Header("ef-reason") ?? "-"),
            "the dead letters' reasons");
    }

    private static async Task AttemptAsync(CaseContext context)
    {
        var app = await context.App().With("Retry:MaxAttempts", "4").StartAsync(static (delivery, _) =>
            delivery.Attempt < 4 ? throw new InvalidOperationException("planned") : new(Settlement.Ack)).ConfigureAwait(false);
        await app.PublishAsync("keyed", "key").ConfigureAwait(false);
        await app.PublishAsync("keyless").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.CountOf(static delivery => delivery is { Attempt: 4, IsRunning: false }) == 2, "attempt 4 of both").ConfigureAwait(false);
        foreach (var text in new[] { "keyed", "keyless" })
            Check.Sequence([1, 2, 3, 4], context.Log.Named(text).Select(static delivery => delivery.Attempt), $"the attempts of the {text} event");
    }

    private static async Task HeldPastLeaseAsync(CaseContext context)
    {
        var isOrdered = context.Profile.IsOrdered;
        var lease = context.Profile.Receive.Lease ?? TimeSpan.FromSeconds(1);
        // One place: the member that holds the event has no room for it once more, should its lease end; the other has.
        var plan = context.App().With("MaxConcurrency", "1").With("MaxInFlight", "1");
        CaseHandler handler = (delivery, _) => new(delivery is { Text: "held", Attempt: < 4 } ? Settlement.Retry(lease) : Settlement.Ack);
        var first = await plan.StartAsync(handler).ConfigureAwait(false);
        var app = await plan.StartAsync(handler).ConfigureAwait(false);
        await Members.ShareAsync(context, first, app).ConfigureAwait(false);
        var result = await app.PublishAsync("held", "key").ConfigureAwait(false);
        // For this one there is no room until the event before it is settled: a broker that took that back hands it out once more before.
        await app.PublishAsync("last", "key").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Any(static delivery => !delivery.IsRunning), "the first attempt").ConfigureAwait(false);
        await context.AdvanceUntilAsync(
            () => context.Log.Of(result.Id).Count > 4 || context.Log.Any(delivery => delivery.IsRunning ? false : isOrdered ? delivery.Text == "last" : delivery.Attempt == 4),
            lease * (isOrdered ? 5 : 10),
            lease / 16,
            isOrdered ? "the last event, behind the one that is held three times for a lease's length" : "the fourth attempt").ConfigureAwait(false);
        var holder = context.Log.Of(result.Id)[0].Host;
        // Members that take turns, each at the end of the other's lease, count up to four as well. Without order an event may be given back instead of held.
        Check.Sequence(
            [1, 2, 3, 4],
            context.Log.Of(result.Id).Select(delivery => delivery.Host == holder || !isOrdered ? delivery.Attempt : -delivery.Attempt),
            "the attempts, over both members");
    }

    private static async Task HeadOfLineAsync(CaseContext context)
    {
        var plan = context.App().With("MaxConcurrency", "2");
        var app = await plan.StartAsync(static (delivery, _) =>
            new(delivery is { Text: "bad", Attempt: 1 } ? Settlement.Retry(TimeSpan.FromSeconds(20)) : Settlement.Ack)).ConfigureAwait(false);
        for (var index = 0; index < 4; index++) await app.PublishAsync("bad").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.CountOf(static delivery => !delivery.IsRunning) == 4, "the first attempts").ConfigureAwait(false);
        await app.PublishBatchAsync(Enumerable.Range(0, 100).Select(static index => ("good", (string?)null, index))).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Named("good").Count >= 100, "100 events while 4 wait for their retry").ConfigureAwait(false);
        Check.Equal(4, context.Log.Named("bad").Count, "attempts of those that wait");
        await context.AdvanceUntilAsync(() => context.Log.Named("bad").Count == 8, TimeSpan.FromSeconds(22), TimeSpan.FromMilliseconds(500), "the second attempts").ConfigureAwait(false);
    }
}
