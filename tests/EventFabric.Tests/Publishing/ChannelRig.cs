using System.Text;
using EventFabric.Drivers;
using EventFabric.Publishing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EventFabric.Tests.Publishing;

/// <summary>A channel's publisher on a scripted broker, one step at a time.</summary>
internal sealed class ChannelRig
{
    private readonly BodyEnvelope _envelope = new();

    public ChannelRig(ScriptedBroker? broker = null, int maxPending = 1000, int? maxEventBytes = 253_952, Func<CancellationToken, ValueTask>? prepare = null, long maxPendingBytes = 67_108_864)
    {
        Broker = broker ?? new ScriptedBroker();
        var plan = new ChannelPlan(
            "orders", "shop.orders", null, ChannelRole.Main, ReceiveMode.Consume, OrderingMode.None, StartPosition.Earliest, 0, 0, Timeout, Timeout, null);
        Channel = new ChannelPublisher(
            Broker, plan, new ChannelPublisherSettings(Timeout, maxPending, maxEventBytes, prepare, maxPendingBytes, Seed: 1), Scheduler, NullLogger.Instance);
    }

    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(30);

    public ScriptedBroker Broker { get; }

    public PublishScheduler Scheduler { get; } = new();

    public ChannelPublisher Channel { get; }

    /// <summary>Opens the channel by an event of its own, whose traces are removed.</summary>
    public ChannelRig Opened()
    {
        var onSend = Broker.OnSend;
        Broker.OnSend = ScriptedBroker.AcceptInline;
        var first = Publish("first");
        Scheduler.Run();
        Assert.True(first.IsCompletedSuccessfully);
        Broker.OnSend = onSend;
        Broker.Calls.Clear();
        Broker.Stored.Clear();
        return this;
    }

    public OutgoingEvent Event(string body, string? key = null) => new()
    {
        Envelope = _envelope,
        Channel = "orders",
        Body = Encoding.UTF8.GetBytes(body),
        Key = key,
        Flags = key is null ? RecordFlags.None : RecordFlags.HasKey,
        Id = new CloudEventId("id-" + body),
    };

    public Task<PublishResult> Publish(string body, string? key = null, CancellationToken cancellationToken = default) =>
        Channel.PublishAsync(Event(body, key), cancellationToken).AsTask();

    public void Run() => Scheduler.Run();

    public void Advance(double milliseconds) => Scheduler.Advance(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Lets time pass in steps, as a timer that is set again needs it.</summary>
    public void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(100))
            Advance(100);
    }

    public static async Task<PublishException> Failed(Task<PublishResult> publish)
    {
        Assert.True(publish.IsCompleted, "The publish has not ended.");
        return await Assert.ThrowsAsync<PublishException>(() => publish);
    }

    public void NothingIsWrong() => Assert.Empty(Broker.Defects);

    /// <summary>A record of key and body alone.</summary>
    private sealed class BodyEnvelope : RecordEnvelope
    {
        internal override void Write(in OutgoingEvent outgoing, CloudEventsBinding binding, BatchSlab slab, ref OutboundRecord record)
        {
            WriteIdentity(outgoing, slab, ref record);
            record.Body = KeepBody(outgoing, slab);
        }
    }
}
