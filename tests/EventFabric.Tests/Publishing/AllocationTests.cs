using System.Diagnostics;
using System.Reflection;
using Xunit;

namespace EventFabric.Tests.Publishing;

/// <summary>Gates: what one event costs in bytes on the caller's thread, with a driver that completes inside the call.</summary>
public sealed class AllocationTests
{
    public AllocationTests() => Assert.SkipWhen(
        typeof(IEventPublisher).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true,
        "A debug build boxes where an optimized one does not: run with -c Release.");

    [Fact]
    public void One_event_with_its_own_serializer_allocates_nothing()
    {
        var publisher = Open();

        Assert.Equal(0, AllocationGate.BytesPerCall(() => Publish(publisher, new Measured(1, 2), null, CancellationToken.None)));
    }

    [Fact]
    public void One_keyed_json_event_allocates_nothing()
    {
        var publisher = Open();
        var placed = new Placed("o-1");

        Assert.Equal(0, AllocationGate.BytesPerCall(() => Publish(publisher, placed, null, CancellationToken.None)));
    }

    [Fact]
    public void A_token_costs_nothing_while_results_come_at_once()
    {
        var publisher = Open();
        using var cancelling = new CancellationTokenSource();
        var token = cancelling.Token;

        Assert.Equal(0, AllocationGate.BytesPerCall(() => Publish(publisher, new Measured(1, 2), null, token)));
    }

    [Fact]
    public void Options_that_are_used_again_cost_nothing()
    {
        var publisher = Open();
        var options = new PublishOptions { Channel = "orders", Key = "k", Id = "my-id", Time = DateTimeOffset.UnixEpoch };

        Assert.Equal(0, AllocationGate.BytesPerCall(() => Publish(publisher, new Measured(1, 2), options, CancellationToken.None)));
    }

    [Fact]
    public void An_event_that_has_to_wait_for_its_broker_allocates_nothing_once_the_pools_are_warm()
    {
        var scheduler = new PublishScheduler();
        var sender = new HoldingSender();
        var rig = new PublisherRig(broker: new ScriptedBroker { Sender = sender }, scheduler: scheduler);
        var opening = rig.Publish(new Note("first"));
        scheduler.Run();
        sender.CompleteAll();
        scheduler.Run();
        Assert.True(opening.IsCompletedSuccessfully);

        Assert.Equal(0, AllocationGate.BytesPerCall(() =>
        {
            var publish = rig.Publisher.PublishAsync(new Measured(1, 2));
            sender.CompleteAll();
            scheduler.Run();
            publish.GetAwaiter().GetResult();
        }));
    }

    [Fact]
    public void A_batch_allocates_its_results_and_little_more()
    {
        var publisher = Open();
        var events = Enumerable.Range(0, 100).Select(static i => new Measured(i, i)).ToArray();
        var perBatch = AllocationGate.BytesPerCall(() => publisher.PublishBatchAsync(events).GetAwaiter().GetResult(), calls: 100, untilNothing: false);

        var list = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(new PublishResult[100]);
        list = GC.GetAllocatedBytesForCurrentThread() - list;
        Assert.InRange(perBatch, list, list + 1000);
    }

    private static IEventPublisher Open()
    {
        var scheduler = new PublishScheduler();
        var rig = new PublisherRig(broker: new ScriptedBroker { Sender = new InlineSender() }, scheduler: scheduler);
        var opening = rig.Publish(new Note("first"));
        scheduler.Run();
        Assert.True(opening.IsCompletedSuccessfully);
        return rig.Publisher;
    }

    private static void Publish<T>(IEventPublisher publisher, T data, PublishOptions? options, CancellationToken cancellationToken)
        where T : notnull
    {
        var publish = publisher.PublishAsync(data, options, cancellationToken);
        if (!publish.IsCompletedSuccessfully)
            throw new InvalidOperationException("The publish did not end at once.");
        publish.GetAwaiter().GetResult();
    }
}
