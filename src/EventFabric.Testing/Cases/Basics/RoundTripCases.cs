using EventFabric.Drivers;
using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;

namespace EventFabric.Testing.Cases.Basics;

/// <summary>What is published is what is received.</summary>
internal static class RoundTripCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("A01 publish_one_receive_one", "body, id, type, source, subject, time, key and headers arrive as published", OneAsync),
        new("A02 publish_many_set_equal", "500 published events are all received, and nothing else", ManyAsync),
        new("A03 publish_result_position", "the result's position is the received event's, and survives its text form", PositionAsync),
        new("A11 concurrent_publishers", "16 tasks of 500 events each on one publisher: all received", ConcurrentAsync),
        new("A15 native_escape_hatch", "TryGetNative gives the client's own type, and no other", NativeAsync),
    ];

    private static async Task OneAsync(CaseContext context)
    {
        var plan = context.App();
        var app = await plan.StartAsync().ConfigureAwait(false);
        var time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 891, TimeSpan.Zero);
        var options = new PublishOptions
        {
            Id = $"one/{context.Seed}",
            Key = "customer-1",
            Subject = "orders/äöü",
            Time = time,
            Headers = new Dictionary<string, string> { ["tenant"] = "acme", ["X-Trace"] = "on" },
        };
        var given = await app.PublishAsync(new Note("given", 42), options).ConfigureAwait(false);
        var made = await app.PublishAsync(new Note("made", -1), new PublishOptions { Key = "customer-1" }).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() == 2, "2 events").ConfigureAwait(false);

        Check.Equal(options.Id, given.Id, "the result's id");
        Check.Equal(null, given.Error, "the result's error");
        var first = context.Log.Of(options.Id).Single();
        Check.Equal(new Note("given", 42), first.Data, "data");
        Check.Equal(Note.TypeName, first.Type, "type");
        Check.Equal(plan.Source, first.Source, "source");
        Check.Equal(options.Subject, first.Subject, "subject");
        Check.Equal(time, first.Time, "time");
        Check.Equal("customer-1", first.Key, "key");
        Check.Equal(1, first.Attempt, "attempt");
        Check.Equal(plan.Subscription, first.Subscription, "subscription");
        Check.Equal("acme", first.Headers.GetValueOrDefault("tenant"), "extension \"tenant\"");
        Check.Equal("on", first.Headers.GetValueOrDefault("X-Trace"), "transport header \"X-Trace\"");
        var second = context.Log.Of(made.Id).Single();
        Check.Equal(new Note("made", -1), second.Data, "data of the event with an id of the library's");
        Check.Equal(null, second.Subject, "a subject that nobody gave");
        Check.Equal(0, second.Headers.Count, "headers that nobody gave");
        Check.True((second.Time - context.Now).Duration() < TimeSpan.FromMinutes(1), "the time of publishing", second.Time);
    }

    private static async Task ManyAsync(CaseContext context)
    {
        var app = await context.App().StartAsync().ConfigureAwait(false);
        var notes = Enumerable.Range(0, 500).Select(static index => ($"n{index}", (string?)$"k{index % 16}", index));
        var results = await app.PublishBatchAsync(notes).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() >= 500, "500 events").ConfigureAwait(false);
        Check.SameSet(results.Select(static result => result.Id), context.Log.All.Select(static delivery => delivery.Id), "the received ids");
        Check.SameSet(Enumerable.Range(0, 500).Select(static index => $"n{index}"), context.Log.All.Select(static delivery => delivery.Text), "the received data");
    }

    private static async Task PositionAsync(CaseContext context)
    {
        var app = await context.App().StartAsync().ConfigureAwait(false);
        var results = new List<PublishResult>();
        for (var index = 0; index < 5; index++) results.Add(await app.PublishAsync($"n{index}", $"k{index}").ConfigureAwait(false));
        await context.UntilAsync(() => context.Log.Distinct() == 5, "5 events").ConfigureAwait(false);
        foreach (var result in results)
        {
            var received = context.Log.Of(result.Id)[0].Position;
            Check.Equal(received, EventPosition.Parse(received.ToString()), "the received position, read back from its text");
            if (context.Profile.SupportOf(Capability.PublishPosition) == Support.Unsupported)
            {
                Check.Equal(null, result.Position, "the position of a result where the broker gives none");
                context.Outcome = CaseOutcome.Refused;
                continue;
            }

            Check.Equal<EventPosition?>(received, result.Position, "the result's position");
            Check.Equal(AppPlan.Main, received.Channel, "the position's channel");
        }

        Check.Equal(5, context.Log.All.Select(static delivery => delivery.Position).Distinct().Count(), "different positions");
    }

    private static async Task ConcurrentAsync(CaseContext context)
    {
        var app = await context.App().StartAsync().ConfigureAwait(false);
        var publishers = Enumerable.Range(0, 16).Select(task => Task.Run(async () =>
        {
            var ids = new List<string>();
            for (var index = 0; index < 500; index++)
                ids.Add((await app.Publisher.PublishAsync(new Note($"t{task}", index), new PublishOptions { Key = $"t{task}" }, context.Cancel).ConfigureAwait(false)).Id);
            return ids;
        })).ToList();
        var published = await context.WithinAsync(Task.WhenAll(publishers), "all tasks to have published").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() >= 8000, "8,000 events").ConfigureAwait(false);
        Check.SameSet(published.SelectMany(static ids => ids), context.Log.All.Select(static delivery => delivery.Id), "the received ids");
    }

    private static async Task NativeAsync(CaseContext context)
    {
        var plan = context.App();
        plan.ChecksNative = true;
        var app = await plan.StartAsync().ConfigureAwait(false);
        await app.PublishAsync("native").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Count > 0, "1 event").ConfigureAwait(false);
        Check.True(context.Log.All[0].Native, "the client's own type, and no other (ConformanceFixture.HasNative)", "false");
    }
}
