using System.Buffers;
using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Topology;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace EventFabric.Nats.Receiving;

/// <summary>Looks at all that is in a stream as of its opening, and moves nothing.</summary>
internal sealed class BrowseReceiver : IReceiver, ILinkListener, IPullTarget
{
    private const int Ahead = 256;

    private readonly NatsLink _link;
    private readonly Intake _intake;
    private readonly PullInbox _inbox;
    private readonly Puller _puller;
    private readonly Ownership _owner = new("", -1);
    private readonly TimeSpan _look = TimeSpan.FromSeconds(1);
    private readonly ConsumerAdmin _consumers;
    private readonly string _consumer;
    private long _left;
    private long _seen = -1;
    private int _looking;
    private ITimer? _timer;

    private BrowseReceiver(NatsLink link, ConsumerAdmin consumers, ConsumerInfo consumer, long maxBytes)
    {
        (_link, _consumers, _consumer) = (link, consumers, consumer.Name);
        _left = (long)consumer.NumPending;
        _intake = new Intake(new BatchPool(link.Connection));
        var inbox = link.JetStream.NewBaseInbox();
        _inbox = new PullInbox(link.Connection, inbox, this);
        _puller = new Puller(link, consumers.Stream, consumer.Name, inbox, maxBytes);
    }

    public ReceiveTraits Traits { get; } = NatsTraits.Partitioned with { GroupWideSeek = false };

    internal static async Task<IReceiver> OpenAsync(
        NatsLink link, StreamRef stream, ConsumerAdmin consumers, ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken)
    {
        var consumer = await consumers.BrowseAsync(cancellationToken).ConfigureAwait(false);
        var receiver = new BrowseReceiver(link, consumers, consumer, Math.Max(plan.MaxInFlightBytes, link.MaxPayload * 2));
        await link.Connection.AddSubAsync(receiver._inbox, cancellationToken).ConfigureAwait(false);
        receiver.Begin(events);
        return receiver;
    }

    public ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
    {
        var receive = _intake.Slot.Start(maxRecords);
        _intake.HandOver();
        Pull();
        return receive;
    }

    public ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        outcomes.Span[..commands.Length].Fill(new SettleOutcome(SettleStatus.Applied, null));
        return default;
    }

    public void SetFlow(Ownership part, bool open)
    {
        // What is read is bounded by what is asked for.
    }

    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        _intake.Slot.Stop();
        _puller.End();
        await _inbox.UnsubscribeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var batch in _intake.TakeAll())
            batch.Recycle();
    }

    public async ValueTask DisposeAsync()
    {
        _link.Remove(this);
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _owner.End();
        await _inbox.DisposeAsync().ConfigureAwait(false);
    }

    // A record that was on its way is not delivered again without acknowledgements: the look begins anew.
    void ILinkListener.Down() => _intake.Slot.Fail(new NatsException("The connection was lost while browsing."));

    void ILinkListener.Up()
    {
        // See Down.
    }

    void IPullTarget.Arrived(string subject, string reply, in AckSubject ack, in ReadOnlySequence<byte> headers, in ReadOnlySequence<byte> body)
    {
        _puller.Arrived();
        if (Interlocked.Decrement(ref _left) < 0)
            return;
        var position = new RecordPosition(NatsNames.PartitionOf(subject), ack.StreamSequence, 0, null);
        _intake.Add(new RecordRef(_owner, position, new Delivery(subject, reply)), ack, headers, body);
    }

    void IPullTarget.Failed(Exception error) => _intake.Slot.Fail(error);

    void IPullTarget.Told(string pull, PullStatus status)
    {
        if (!_puller.Told(pull, status))
            return;
        if (status.IsDeleted || status.Code == PullStatus.NoResponders)
            _intake.Slot.Fail(NatsErrors.NoConsumer(_consumers.Stream, _consumer));
        else if (status.IsUsual)
            Pull();
    }

    private void Begin(IReceiverEvents events)
    {
        _link.Add(this);
        events.Assigned([_owner]);
        events.StateChanged(ChannelState.Ready, null);
        _timer = _link.Time.CreateTimer(static state => ((BrowseReceiver)state!).Tick(), this, _look, _look);
    }

    private void Tick()
    {
        _puller.IsSilent();
        Pull();
        if (Interlocked.Exchange(ref _looking, 1) == 0)
            _ = LookAsync();
    }

    /// <summary>What is deleted, or too old, before it comes is counted and never comes: where nothing more does, the look is over.</summary>
    private async Task LookAsync()
    {
        var left = Interlocked.Read(ref _left);
        try
        {
            if (left > 0 && left == _seen && _intake is { Waiting: 0, Slot.Wanted: > 0 }
                && (await _consumers.InfoAsync(_consumer, _link.UntilDown).ConfigureAwait(false)).NumPending == 0
                && Interlocked.CompareExchange(ref _left, 0, left) == left)
            {
                Pull();
            }
        }
        catch (Exception error) when (error is NatsException or OperationCanceledException or ObjectDisposedException or TimeoutException)
        {
            // Looked again a moment later; one that is gone is told by the next pull.
        }
        finally
        {
            _seen = left;
            Volatile.Write(ref _looking, 0);
        }
    }

    private void Pull()
    {
        var left = Interlocked.Read(ref _left);
        if (left <= 0 && _intake.Waiting == 0)
        {
            _intake.Slot.Stop();
            return;
        }

        var wanted = _intake.Slot.Wanted;
        _puller.Ask(wanted == 0 ? 0 : (int)Math.Min(left, wanted + Ahead - _intake.Waiting));
    }
}
