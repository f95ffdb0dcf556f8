using EventFabric.Drivers;
using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;

namespace EventFabric.Testing.Cases.Batches;

/// <summary>Sends that take long hold up nobody but themselves, and are waited for at the end.</summary>
internal static class FlowCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("B05 flush_on_dispose", "the end of the application waits for accepted sends", FlushAsync),
        new("B06 dead_partition_delays_no_other", "events of one partition unacknowledged: the publishes of the others complete", DeadPartitionAsync),
    ];

    private static async Task FlushAsync(CaseContext context)
    {
        var plan = context.App();
        var app = await plan.StartPublisherAsync().ConfigureAwait(false);
        var hold = app.Faults.HoldSends(static send => send.Role == ChannelRole.Main);
        var publishes = Enumerable.Range(0, 10).Select(index => app.Publisher.PublishAsync(new Note("flushed", index), context.Cancel).AsTask()).ToList();
        await context.UntilAsync(() => hold.Held > 0, "a send that is held").ConfigureAwait(false);
        var ending = app.DisposeNowAsync();
        await context.AdvanceAsync(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(1)).ConfigureAwait(false);
        Check.True(!ending.IsCompleted, "the end to wait for sends", "it did not");
        hold.Release();
        await context.WithinAsync(ending, "the application to end").ConfigureAwait(false);
        await context.WithinAsync(Task.WhenAll(publishes), "the accepted sends to have completed").ConfigureAwait(false);
        Check.Equal(10, (await context.RawReadAsync(plan.Address).ConfigureAwait(false)).Count, "events at the broker");
    }

    private static async Task DeadPartitionAsync(CaseContext context)
    {
        const int held = 3;
        Check.True(
            context.Profile.Send.MaxOpenCalls > held,
            $"SendTraits.MaxOpenCalls above {held}, so that calls without an answer leave room for others",
            context.Profile.Send.MaxOpenCalls);
        var app = await context.App().StartAsync().ConfigureAwait(false);
        var hold = app.Faults.HoldConfirmations(static send => send.Key == "dead");
        var dead = Enumerable.Range(0, held).Select(index => app.Publisher.PublishAsync(new Note("dead", index), new PublishOptions { Key = "dead" }, context.Cancel).AsTask()).ToList();
        await context.UntilAsync(() => hold.Held > 0, "a send that is held").ConfigureAwait(false);
        var others = new List<Task>();
        for (var index = 0; index < 200; index++)
            others.Add(app.Publisher.PublishAsync(new Note("other", index), new PublishOptions { Key = $"k{index % 20}" }, context.Cancel).AsTask());
        await context.WithinAsync(Task.WhenAll(others), "200 publishes of other keys to complete").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Named("other").Count >= 200, "200 events of other keys").ConfigureAwait(false);
        Check.True(dead.TrueForAll(static publish => !publish.IsCompleted), "the held publishes not to have completed", "one has");
        hold.Release();
        await context.WithinAsync(Task.WhenAll(dead), "the held publishes to complete").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() >= 200 + held, $"{200 + held} events").ConfigureAwait(false);
    }
}
