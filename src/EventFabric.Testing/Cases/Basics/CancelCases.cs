using EventFabric.Drivers;
using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;

namespace EventFabric.Testing.Cases.Basics;

/// <summary>A caller that gives up leaves nothing behind that the next one stumbles over.</summary>
internal static class CancelCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("A12 cancel_publish", "a cancelled publish throws OperationCanceledException, frees its place, and the channel goes on", CancelAsync),
    ];

    private static async Task CancelAsync(CaseContext context)
    {
        var app = await context.App().Root("MaxPendingPublishes", "4").StartAsync().ConfigureAwait(false);
        var never = new CancellationToken(canceled: true);
        await Check.ThrowsAsync<OperationCanceledException>(async () => await app.Publisher.PublishAsync(new Note("never", 0), never).ConfigureAwait(false), "a token cancelled before")
            .ConfigureAwait(false);
        var hold = app.Faults.HoldSends(static send => send.Role == ChannelRole.Main);
        for (var round = 0; round < 3; round++)
        {
            using var source = new CancellationTokenSource();
            var publishes = Enumerable.Range(0, 8).Select(index => app.Publisher.PublishAsync(new Note("cancelled", index), source.Token).AsTask()).ToList();
            await context.UntilAsync(() => hold.Held > 0, "a send that is held").ConfigureAwait(false);
            await source.CancelAsync().ConfigureAwait(false);
            foreach (var publish in publishes)
                await Check.ThrowsAsync<OperationCanceledException>(() => context.WithinAsync(publish, "a cancelled publish to end"), "a cancelled publish").ConfigureAwait(false);
        }

        await CancelBatchAsync(context, app).ConfigureAwait(false);
        hold.Release();
        var published = new List<string>();
        for (var index = 0; index < 20; index++) published.Add((await app.PublishAsync("after", "key", index).ConfigureAwait(false)).Id);
        await context.UntilAsync(() => published.All(id => context.Log.Of(id).Count > 0), "20 events after the cancelled ones").ConfigureAwait(false);
        Check.Equal(0, context.Log.Named("never").Count, "events whose token was cancelled before");
    }

    private static async Task CancelBatchAsync(CaseContext context, CaseApp app)
    {
        using var source = new CancellationTokenSource();
        var notes = Enumerable.Range(0, 8).Select(static index => new Note("cancelled batch", index)).ToList();
        var publish = app.Publisher.PublishBatchAsync(notes, cancellationToken: source.Token);
        await source.CancelAsync().ConfigureAwait(false);
        var cancelled = await Check.ThrowsAsync<OperationCanceledException>(() => context.WithinAsync(publish, "a cancelled batch to end"), "a cancelled batch").ConfigureAwait(false);
        var inner = Check.Of<PublishException>(cancelled.InnerException, "the results so far");
        Check.Equal(notes.Count, inner.Results.Count, "results so far");
    }
}
