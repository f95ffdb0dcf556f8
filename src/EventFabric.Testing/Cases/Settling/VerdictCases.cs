using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Settling;

/// <summary>What a handler returns is what becomes of the event.</summary>
internal static class VerdictCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("D01 ack_not_redelivered", "after an ack and a restart nothing comes back", AckAsync),
        new("D02 nack_redelivers", "Retry: the same event again, as attempt 2", RetryAsync),
        new("D03 nack_delay", "Retry with a delay: not before it, and soon after it", DelayAsync),
        new("D05 throw_means_retry", "an exception, a cancellation that nobody asked for and default(Settlement) are attempts, never acks", ThrowAsync),
        new("D06 dead_letter_verb", "DeadLetter: after one attempt, with its reason and description", DeadLetterAsync),
        new("D07 drop_verb_audited", "Drop: settled, counted and logged, not dead-lettered, not redelivered", DropAsync),
        new("D13 batch_settle_mixed", "one batch: eight acked, one retried, one dead-lettered", BatchAsync),
    ];

    private static async Task AckAsync(CaseContext context)
    {
        var plan = context.App();
        var first = await plan.StartAsync().ConfigureAwait(false);
        await first.PublishBatchAsync(Enumerable.Range(0, 40).Select(static index => ($"n{index}", (string?)$"k{index % 4}", index))).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() == 40, "40 events").ConfigureAwait(false);
        await first.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, ["k0", "k1", "k2", "k3"]).ConfigureAwait(false);
    }

    private static async Task RetryAsync(CaseContext context)
    {
        var plan = context.App();
        var app = await plan.StartAsync(static (delivery, _) => new(delivery.Attempt < 2 ? Settlement.Retry() : Settlement.Ack)).ConfigureAwait(false);
        var result = await app.PublishAsync("again", "key").ConfigureAwait(false);
        await app.PublishAsync("behind", "key").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Named("behind").Count == 2 && (context.Profile.IsOrdered || context.Log.Of(result.Id).Count == 2), "the event behind it, twice").ConfigureAwait(false);
        Check.Sequence([1, 2], context.Log.Of(result.Id).Select(static delivery => delivery.Attempt), "the event's attempts");
        Check.Equal(1, context.Log.Of(result.Id).Select(static delivery => delivery.Position).Distinct().Count(), "positions of one event");
        Check.True(context.Metrics["retries", plan.Subscription] >= 2, "2 retries in the metrics", context.Metrics["retries", plan.Subscription]);
    }

    private static async Task DelayAsync(CaseContext context)
    {
        // Held here under order, given back with the delay without it where the broker can: both must keep the time.
        await DelayAsync(context, context.App(), "key").ConfigureAwait(false);
        await DelayAsync(context, context.App().With("Ordering", nameof(OrderingMode.None)), null).ConfigureAwait(false);
    }

    private static async Task DelayAsync(CaseContext context, AppPlan plan, string? key)
    {
        var delay = TimeSpan.FromSeconds(2);
        var tolerance = TimeSpan.FromSeconds(2);
        var app = await plan.StartAsync((delivery, _) => new(delivery.Attempt == 1 ? Settlement.Retry(delay, "later") : Settlement.Ack)).ConfigureAwait(false);
        var id = (await app.PublishAsync("later", key).ConfigureAwait(false)).Id;
        await context.UntilAsync(() => context.Log.Of(id) is [{ IsRunning: false }, ..], "the first attempt").ConfigureAwait(false);
        await context.AdvanceUntilAsync(() => context.Log.Of(id).Count >= 2, delay + tolerance, TimeSpan.FromMilliseconds(50), "the second attempt").ConfigureAwait(false);
        var (first, second) = (context.Log.Of(id)[0], context.Log.Of(id)[1]);
        var waited = second.StartedAt - first.EndedAt!.Value;
        Check.True(waited >= delay - Timing.ClockSlack && waited <= delay + tolerance, $"the second attempt after {delay} to {delay + tolerance}", waited);
        Check.Equal(2, second.Attempt, "the attempt");
    }

    private static async Task ThrowAsync(CaseContext context)
    {
        var plan = context.App();
        var app = await plan.StartAsync(static (delivery, _) => delivery.Attempt > 1 ? new(Settlement.Ack) : delivery.Text switch
        {
            "throws" => throw new InvalidOperationException("planned"),
            "throws later" => ThrowLaterAsync(new InvalidOperationException("planned")),
            "cancels" => throw new OperationCanceledException("nobody asked for it"),
            "forgets" => default,
            _ => new(Settlement.Ack),
        }).ConfigureAwait(false);
        string[] failing = ["throws", "throws later", "cancels", "forgets"];
        foreach (var text in failing) await app.PublishAsync(text, text).ConfigureAwait(false);
        foreach (var text in failing) await app.PublishAsync("behind", text).ConfigureAwait(false);
        await context.UntilAsync(
            () => context.Log.Named("behind").Count == failing.Length && (context.Profile.IsOrdered || Array.TrueForAll(failing, text => context.Log.Named(text).Count == 2)),
            "the event behind each").ConfigureAwait(false);
        foreach (var text in failing) Check.Sequence([1, 2], context.Log.Named(text).Select(static delivery => delivery.Attempt), $"the attempts of the one that {text}");
        Check.Equal(0, (await context.RawReadAsync(plan.DeadLetters).ConfigureAwait(false)).Count, "dead letters");
    }

    private static async Task DeadLetterAsync(CaseContext context)
    {
        var plan = context.App();
        var app = await plan.StartAsync(static (delivery, _) =>
            new(delivery.Text == "bad" ? Settlement.DeadLetter("invalid-total", "it is below zero") : Settlement.Ack)).ConfigureAwait(false);
        var result = await app.PublishAsync("bad", "key").ConfigureAwait(false);
        await app.PublishAsync("behind", "key").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Named("behind").Count == 1, "the event behind it").ConfigureAwait(false);
        var dead = (await context.RawUntilAsync(plan.DeadLetters, 1, "1 dead letter").ConfigureAwait(false)).Single();
        Check.Equal(result.Id, dead.Id, "the dead letter's id");
        Check.Equal("invalid-total", dead.Header("ef-reason"), "ef-reason");
        Check.Equal("it is below zero", dead.Header("ef-description"), "ef-description");
        Check.Equal("1", dead.Header("ef-attempts"), "ef-attempts");
        Check.Equal(1, context.Log.Of(result.Id).Count, "attempts");
        await context.UntilAsync(() => context.Metrics.Of("dead_lettered", plan.Subscription, "invalid-total") == 1, "1 dead letter of that reason in the metrics").ConfigureAwait(false);
        await app.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, ["key"]).ConfigureAwait(false);
    }

    private static async Task DropAsync(CaseContext context)
    {
        var plan = context.App();
        var app = await plan.StartAsync(static (delivery, _) => new(delivery.Text == "unwanted" ? Settlement.Drop("not-for-us") : Settlement.Ack)).ConfigureAwait(false);
        var result = await app.PublishAsync("unwanted", "key").ConfigureAwait(false);
        await app.PublishAsync("behind", "key").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Named("behind").Count == 1, "the event behind it").ConfigureAwait(false);
        await context.UntilAsync(() => context.Metrics.Of("dropped", plan.Subscription, "not-for-us") == 1, "1 dropped event of that reason in the metrics").ConfigureAwait(false);
        await context.UntilAsync(() => context.Logs.Entries.Any(static entry => entry.Message.Contains("not-for-us", StringComparison.Ordinal)), "a log with the reason").ConfigureAwait(false);
        Check.Equal(1, context.Log.Of(result.Id).Count, "attempts");
        await app.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, ["key"]).ConfigureAwait(false);
        Check.Equal(0, (await context.RawReadAsync(plan.DeadLetters).ConfigureAwait(false)).Count, "dead letters");
    }

    private static async Task BatchAsync(CaseContext context)
    {
        var plan = context.App().With("Batch:MaxSize", "10").With("Batch:MaxWait", "200ms");
        plan.HandlesBatches = true;
        var publisher = await plan.StartPublisherAsync().ConfigureAwait(false);
        var results = await publisher.PublishBatchAsync(Enumerable.Range(0, 10).Select(static index => ($"n{index}", (string?)$"k{index}", index))).ConfigureAwait(false);
        var app = await plan.StartAsync(static (delivery, _) => new(delivery switch
        {
            { Number: 3, Attempt: 1 } => Settlement.Retry(TimeSpan.Zero, "once-more"),
            { Number: 7 } => Settlement.DeadLetter("bad-row"),
            _ => Settlement.Ack,
        })).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Count >= 11 && context.Log.Distinct() == 10, "10 events, one of them twice").ConfigureAwait(false);
        var dead = await context.RawUntilAsync(plan.DeadLetters, 1, "1 dead letter").ConfigureAwait(false);
        Check.Equal(results[7].Id, dead.Single().Id, "the dead letter");
        Check.True(app.LargestBatch > 1, "batches of several events", app.LargestBatch);
        await app.StopAsync().ConfigureAwait(false);
        await Restarts.CheckNothingReturnsAsync(context, plan, [.. Enumerable.Range(0, 10).Select(static index => $"k{index}")]).ConfigureAwait(false);
        foreach (var result in results)
            Check.Equal(result.Id == results[3].Id ? 2 : 1, context.Log.Of(result.Id).Count, $"deliveries of event {context.Log.Of(result.Id)[0].Number}");
    }

    private static async ValueTask<Settlement> ThrowLaterAsync(Exception planned)
    {
        await Task.Yield();
        throw planned;
    }
}
