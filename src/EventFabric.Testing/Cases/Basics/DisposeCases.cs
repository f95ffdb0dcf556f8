using System.Collections.Concurrent;
using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;

namespace EventFabric.Testing.Cases.Basics;

/// <summary>An application that ends says so to whoever still publishes, and keeps what it has said.</summary>
internal static class DisposeCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("A13 use_after_dispose_and_double_dispose", "ObjectDisposedException after the end; disposing connection, senders and receivers again does nothing", UseAfterAsync),
        new("A14 concurrent_dispose_during_publish", "every publish under way ends, well or with an error; those that ended well are delivered", DuringAsync),
    ];

    private static async Task UseAfterAsync(CaseContext context)
    {
        var app = await context.App().StartAsync().ConfigureAwait(false);
        await app.PublishAsync("before").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Count > 0, "1 event").ConfigureAwait(false);
        var publisher = app.Publisher;
        await app.StopAsync().ConfigureAwait(false);
        var note = new Note("after", 0);
        await Check.ThrowsAsync<ObjectDisposedException>(async () => await publisher.PublishAsync(note, context.Cancel).ConfigureAwait(false), "publishing after the end")
            .ConfigureAwait(false);
        await Check.ThrowsAsync<ObjectDisposedException>(
            () => publisher.PublishBatchAsync([note], cancellationToken: context.Cancel),
            "publishing a batch after the end").ConfigureAwait(false);
        Check.True(context.Spy.Made.Count >= 3, "a connection, a sender and a receiver to dispose again", context.Spy.Made.Count);
        foreach (var made in context.Spy.Made)
            await context.WithinAsync(made.DisposeAsync().AsTask(), $"the second disposal of {made.GetType().Name}").ConfigureAwait(false);
    }

    private static async Task DuringAsync(CaseContext context)
    {
        var plan = context.App();
        await plan.StartAsync().ConfigureAwait(false);
        var publishing = await plan.StartPublisherAsync().ConfigureAwait(false);
        var accepted = new ConcurrentBag<string>();
        var publisher = publishing.Publisher;
        var tasks = Enumerable.Range(0, 8).Select(task => Task.Run(async () =>
        {
            for (var index = 0; ; index++)
            {
                // A publish may end on its caller's stack: without this, publishers that never wait would keep every thread of a small machine.
                await Task.Yield();
                try
                {
                    accepted.Add((await publisher.PublishAsync(new Note($"t{task}", index), new PublishOptions { Key = $"t{task}" }, context.Cancel).ConfigureAwait(false)).Id);
                }
                catch (Exception ended) when (ended is ObjectDisposedException or PublishException)
                {
                    return;
                }
            }
        })).ToList();
        await context.UntilAsync(() => accepted.Count >= 200, "200 accepted events").ConfigureAwait(false);
        await publishing.StopAsync().ConfigureAwait(false);
        await context.WithinAsync(Task.WhenAll(tasks), "every publish to end, with a result or an error of the library's").ConfigureAwait(false);
        var delivered = new HashSet<string>();
        await context.UntilAsync(
            () =>
            {
                delivered = [.. context.Log.All.Select(static delivery => delivery.Id)];
                return accepted.All(delivered.Contains);
            },
            "every accepted event to be delivered").ConfigureAwait(false);
    }
}
