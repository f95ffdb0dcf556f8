using EventFabric.Drivers;
using EventFabric.Testing.Cases.Ordering;
using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;

namespace EventFabric.Testing.Cases.Batches;

/// <summary>What fails says so, and takes nothing else with it.</summary>
internal static class FailureCases
{
    /// <summary>More than the waits between the sends of the same event come to; below the time that a publish has.</summary>
    private static readonly TimeSpan Backoff = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);

    internal static IEnumerable<ConformanceCase> All =>
    [
        new("B02 batch_partial_failure", "a final failure of one event: PublishException with that result alone failed; the others are delivered, later ones of its key too", PartialAsync),
        KeyCases.Needing("B04 batch_keeps_key_order", "order per key holds across splits and across the retry of a failed event", KeyOrderAsync),
        KeyCases.Needing("B07 key_prefix_after_failure", "while an event of a key fails for a time, no later one of the key is stored before it", KeyPrefixAsync),
    ];

    private static async Task PartialAsync(CaseContext context)
    {
        var app = await context.App().StartAsync().ConfigureAwait(false);
        app.Faults.FailSends(static send => send.Id == "id-5", SendStatus.Rejected, ErrorKind.Invalid);
        var notes = Enumerable.Range(0, 12).Select(static index => new Note($"n{index}", index)).ToList();
        var publish = app.Publisher.PublishBatchAsync(notes, static note => new PublishOptions { Id = $"id-{note.Number}", Key = $"k{note.Number % 3}" }, context.Cancel);
        var failed = await Check.ThrowsAsync<PublishException>(() => context.WithinAsync(publish, "the batch to complete"), "a batch of which one event fails").ConfigureAwait(false);
        Check.Sequence(notes.Select(static note => $"id-{note.Number}"), failed.Results.Select(static result => result.Id), "the results' ids");
        Check.Sequence(["id-5"], failed.Results.Where(static result => result.Error is not null).Select(static result => result.Id), "the failed results");
        Check.Equal(EventFabricErrorKind.Rejected, failed.Results[5].Error!.Kind, "the failure's kind");
        await context.UntilAsync(() => context.Log.Distinct() >= 11, "the 11 others").ConfigureAwait(false);
        Check.SameSet(notes.Where(static note => note.Number != 5).Select(static note => note.Text), context.Log.All.Select(static delivery => delivery.Text), "the delivered events");
    }

    private static async Task KeyOrderAsync(CaseContext context)
    {
        context.Spy.LowerSendTraits = static traits => traits with { MaxCount = 7 };
        var app = await context.App().StartAsync().ConfigureAwait(false);
        app.Faults.FailSends(static send => send.Id is "k1-5" or "k2-0" or "k3-29", SendStatus.NotSent, ErrorKind.Transient, times: 6);
        var notes = Enumerable.Range(0, 120).Select(static index => new Note($"k{index % 4}", index / 4)).ToList();
        var publish = app.Publisher.PublishBatchAsync(notes, static note => new PublishOptions { Id = $"{note.Text}-{note.Number}", Key = note.Text }, context.Cancel);
        await context.AdvanceUntilAsync(() => publish.IsCompleted, Backoff, Step, "the batch to complete").ConfigureAwait(false);
        var results = await publish.ConfigureAwait(false);
        Check.Sequence(notes.Select(static note => $"{note.Text}-{note.Number}"), results.Select(static result => result.Id), "the results' ids");
        await context.UntilAsync(() => context.Log.Distinct() >= 120, "120 events").ConfigureAwait(false);
        Order.CheckFirstDeliveries(context.Log, 4, 30);
    }

    private static async Task KeyPrefixAsync(CaseContext context)
    {
        foreach (var status in new[] { SendStatus.NotSent, SendStatus.Rejected, SendStatus.Unknown })
        {
            var plan = context.App();
            var app = await plan.StartPublisherAsync().ConfigureAwait(false);
            app.Faults.FailSends(static send => send.Id == "bad-0", status, ErrorKind.Transient, times: 3);
            var publishes = new List<Task<PublishResult>>();
            for (var index = 0; index < 8; index++)
            {
                foreach (var key in new[] { "bad", "good" })
                    publishes.Add(app.Publisher.PublishAsync(new Note(key, index), new PublishOptions { Id = $"{key}-{index}", Key = key }, context.Cancel).AsTask());
            }

            var all = Task.WhenAll(publishes);
            await context.AdvanceUntilAsync(() => all.IsCompleted, Backoff, Step, $"all publishes to complete after 3 sends that ended {status}").ConfigureAwait(false);
            await all.ConfigureAwait(false);
            var stored = await context.RawReadAsync(plan.Address).ConfigureAwait(false);
            foreach (var key in new[] { "bad", "good" })
            {
                var ids = stored.Where(raw => raw.Key == key).Select(static raw => raw.Id).Distinct();
                Check.Sequence(Enumerable.Range(0, 8).Select(index => $"{key}-{index}"), ids, $"the events of key {key} as they are stored, the first of \"bad\" failing as {status}");
            }
        }
    }
}
