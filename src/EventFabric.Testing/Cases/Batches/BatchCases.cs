using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;

namespace EventFabric.Testing.Cases.Batches;

/// <summary>A batch is its events, in order, whatever it takes to send them.</summary>
internal static class BatchCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("B01 batch_all_ok", "results in input order, every event delivered", AllAsync),
        new("B03 batch_splits_limits", "a batch above the sender's limits of count and bytes is split, and no part is above them", SplitAsync),
    ];

    private static async Task AllAsync(CaseContext context)
    {
        var app = await context.App().StartAsync().ConfigureAwait(false);
        var notes = Enumerable.Range(0, 50).Select(static index => new Note($"n{index}", index)).ToList();
        var publish = app.Publisher.PublishBatchAsync(notes, static note => new PublishOptions { Id = $"id-{note.Number}", Key = $"k{note.Number % 5}" }, context.Cancel);
        var results = await context.WithinAsync(publish, "the batch to complete").ConfigureAwait(false);
        Check.Sequence(Enumerable.Range(0, 50).Select(static index => $"id-{index}"), results.Select(static result => result.Id), "the results' ids");
        foreach (var result in results) Check.Equal(null, result.Error, $"the error of {result.Id}");
        await context.UntilAsync(() => context.Log.Distinct() >= 50, "50 events").ConfigureAwait(false);
        foreach (var note in notes) Check.Equal<object?>(note, context.Log.Of($"id-{note.Number}") is [var received, ..] ? received.Data : null, $"the event with id-{note.Number}");
        if (results[0].Position is not null)
        {
            foreach (var result in results)
                Check.Equal<EventPosition?>(context.Log.Of(result.Id)[0].Position, result.Position, $"the position of {result.Id}");
        }

        var none = await context.WithinAsync(app.Publisher.PublishBatchAsync(Array.Empty<Note>(), cancellationToken: context.Cancel), "an empty batch").ConfigureAwait(false);
        Check.Equal(0, none.Count, "results of an empty batch");
    }

    private static async Task SplitAsync(CaseContext context)
    {
        const int MaxCount = 7;
        const long MaxBytes = 6_000;
        context.Spy.LowerSendTraits = static traits => traits with { MaxCount = MaxCount, MaxBatchBytes = MaxBytes };
        var app = await context.App().StartAsync().ConfigureAwait(false);
        var sizes = Enumerable.Range(0, 60).Select(static index => index % 6 == 0 ? 2_500 : 10).ToList();
        var blobs = sizes.ConvertAll(static size => new Blob(new byte[size]));
        var publish = app.Publisher.PublishBatchAsync(blobs, static _ => new PublishOptions { Key = "key" }, context.Cancel);
        var results = await context.WithinAsync(publish, "the batch to complete").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() >= 60, "60 events").ConfigureAwait(false);
        for (var index = 0; index < 60; index++)
            Check.Equal(sizes[index], Check.Of<Blob>(context.Log.Of(results[index].Id)[0].Data, "an event").Bytes.Length, $"the length of event {index}");
        var batches = context.Spy.Batches;
        Check.True(batches.Count > 60 / MaxCount, $"more than {60 / MaxCount} calls of the sender", batches.Count);
        Check.True(batches.All(static batch => batch.Count <= MaxCount), $"at most {MaxCount} records in a call", batches.Max(static batch => batch.Count));
        Check.True(batches.All(static batch => batch.Bytes <= MaxBytes || batch.Count == 1), $"at most {MaxBytes} bytes in a call", batches.Max(static batch => batch.Bytes));
    }
}
