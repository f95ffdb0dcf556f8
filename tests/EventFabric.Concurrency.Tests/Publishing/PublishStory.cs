using System.Reflection;
using System.Text;
using EventFabric.Concurrency.Exploring;
using EventFabric.Drivers;
using EventFabric.Publishing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventFabric.Concurrency.Publishing;

/// <summary>A channel's publisher on an <see cref="ExploredBroker"/>, and what became of every publish.</summary>
internal sealed class PublishStory : IAsyncDisposable
{
    private static readonly FieldInfo ItsLock = typeof(ChannelPublisher).GetField("_sync", BindingFlags.Instance | BindingFlags.NonPublic)!;

    private readonly object _watch = new();
    private readonly BodyEnvelope _envelope = new();
    private readonly Dictionary<string, string> _ends = [];
    private readonly ChannelPublisher _channel;
    private readonly ExploredBroker _broker;
    private readonly bool _planted;

    /// <param name="broker">The broker.</param>
    /// <param name="maxPending">How many events have a place at once.</param>
    /// <param name="planted">Whether the lock of the channel is another one for each caller: the planted race.</param>
    public PublishStory(ExploredBroker broker, int maxPending = 100, bool planted = false)
    {
        (_broker, _planted) = (broker, planted);
        var timeout = TimeSpan.FromSeconds(30);
        var plan = new ChannelPlan(
            "orders", "shop.orders", null, ChannelRole.Main, ReceiveMode.Consume, OrderingMode.None, StartPosition.Earliest, 0, 0, timeout, timeout, null);
        var settings = new ChannelPublisherSettings(timeout, maxPending, 100_000, Prepare: null, Seed: 1);
        _channel = new ChannelPublisher(broker, plan, settings, new ExplorationScheduler(Story.ShortTimers), NullLogger.Instance);
    }

    /// <summary>Publishes one event; its key is the first letter of its body.</summary>
    public async Task PublishAsync(string body)
    {
        if (_planted)
            ItsLock.SetValue(_channel, new object());
        string end;
        try
        {
            await _channel.PublishAsync(Event(body), CancellationToken.None);
            end = "stored";
        }
        catch (PublishException)
        {
            end = "failed";
        }
        catch (ObjectDisposedException)
        {
            end = "refused";
        }

        lock (_watch)
            Story.Promise(_ends.TryAdd(body, end), "a publish ends once");
    }

    public async Task CloseAsync() => await _channel.DisposeAsync();

    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>When all publishes have ended and the channel is closed: what callers were told is what the broker did.</summary>
    public void WhatWasToldIsSo(params string[][] published)
    {
        var stored = _broker.Stored;
        foreach (var (body, end) in _ends)
            Story.Promise(stored.Count(each => each == body) == (end == "stored" ? 1 : 0), $"{body} {end}, and the broker has {string.Join(' ', stored)}: {_broker.Log}");
        foreach (var key in published)
            Story.Promise(stored.Where(key.Contains).SequenceEqual(key.Where(stored.Contains)), $"of {string.Join(' ', key)} the broker has {string.Join(' ', stored)}: {_broker.Log}");
        Story.Promise(_channel.PendingCount == 0, "nothing is pending");
    }

    private OutgoingEvent Event(string body) => new()
    {
        Envelope = _envelope,
        Channel = "orders",
        Body = Encoding.UTF8.GetBytes(body),
        Key = body[..1],
        Flags = RecordFlags.HasKey,
        Id = new CloudEventId(body),
    };

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
