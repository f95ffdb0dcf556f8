using System.Buffers;
using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Receiving;

namespace EventFabric.Nats.Core;

/// <summary>
/// A member of a queue group. The server sends without being asked: what there is no room for here is dropped, counted and said aloud. Settling is the engine's own
/// affair, since the server has forgotten the event.
/// </summary>
internal sealed class CoreReceiver : IReceiver, ILinkListener
{
    private static readonly TimeSpan BetweenWords = TimeSpan.FromSeconds(10);

    private readonly NatsLink _link;
    private readonly ChannelPlan _plan;
    private readonly IReceiverEvents _events;
    private readonly Intake _intake;
    private readonly CoreInbox _inbox;
    private readonly Ownership _owner = new("", -1);
    private long _sequence;
    private long _dropped;
    private long _saidAt = long.MinValue;
    private volatile bool _closed;
    private volatile bool _stopped;

    private CoreReceiver(NatsLink link, ChannelPlan plan, IReceiverEvents events)
    {
        (_link, _plan, _events) = (link, plan, events);
        _intake = new Intake(new BatchPool(link.Connection));
        _inbox = new CoreInbox(link.Connection, plan.Address, plan.Group is { } group ? NatsNames.Consumer(group) : null, this);
    }

    public ReceiveTraits Traits => CoreTraits.Receive;

    internal static async Task<IReceiver> OpenAsync(NatsLink link, ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken)
    {
        var receiver = new CoreReceiver(link, plan, events);
        link.Add(receiver);
        events.Assigned([receiver._owner]);
        try
        {
            await link.Connection.AddSubAsync(receiver._inbox, cancellationToken).ConfigureAwait(false);
            // Who is told that the receiver is open may publish, and what he publishes must come.
            await link.Connection.PingAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // A member that nobody asks would be dealt its share all the same.
            await receiver.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        events.StateChanged(ChannelState.Ready, null);
        return receiver;
    }

    public ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
    {
        var receive = _intake.Slot.Start(maxRecords);
        _intake.HandOver();
        return receive;
    }

    public ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        outcomes.Span[..commands.Length].Fill(new SettleOutcome(SettleStatus.Applied, null));
        return default;
    }

    public void SetFlow(Ownership part, bool open)
    {
        if (part == _owner)
            _closed = !open;
    }

    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped)
            return;
        _stopped = true;
        _intake.Slot.Stop();
        try
        {
            await _inbox.UnsubscribeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var batch in _intake.TakeAll())
            {
                Interlocked.Add(ref _dropped, batch.Count);
                batch.Recycle();
            }

            SayDropped(atOnce: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _link.Remove(this);
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _owner.End();
        await _inbox.DisposeAsync().ConfigureAwait(false);
    }

    void ILinkListener.Down() => _events.StateChanged(ChannelState.Degraded, null);

    void ILinkListener.Up() => _events.StateChanged(ChannelState.Ready, null);

    /// <summary>On the thread that reads from the socket, which must not wait.</summary>
    internal void Arrived(string subject, in ReadOnlySequence<byte> headers, in ReadOnlySequence<byte> body)
    {
        if (_stopped || _closed || _intake.Waiting >= _plan.MaxInFlight || _intake.WaitingBytes >= _plan.MaxInFlightBytes)
        {
            Interlocked.Increment(ref _dropped);
            SayDropped(atOnce: false);
            return;
        }

        var reference = new RecordRef(_owner, new RecordPosition(0, ++_sequence, 0, null), new Delivery(subject, ""));
        _intake.Add(reference, new AckSubject(1, _sequence, _sequence, _link.Time.GetUtcNow().ToUnixTimeMilliseconds(), 0), headers, body);
    }

    internal void Failed(Exception error) => _intake.Slot.Fail(error);

    private void SayDropped(bool atOnce)
    {
        var now = _link.Time.GetTimestamp();
        if (!atOnce && _saidAt != long.MinValue && _link.Time.GetElapsedTime(_saidAt, now) < BetweenWords)
            return;
        _saidAt = now;
        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var count)
            NatsLog.Dropped(_link.Logger, _plan.Address, _plan.Group ?? "", count);
    }
}
