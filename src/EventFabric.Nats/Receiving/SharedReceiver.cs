using EventFabric.Drivers;
using EventFabric.Nats.Topology;

namespace EventFabric.Nats.Receiving;

/// <summary>
/// A member of a group without order: all members pull from one consumer, and each record is leased to the one that it was delivered to.
/// </summary>
internal sealed class SharedReceiver : IReceiver, ILeaseExtender, ISeekable, ILagReader, ILinkListener
{
    /// <summary>Below that, what one member fetches ahead is what another one could work on.</summary>
    private const int LeastForAhead = 16;

    private readonly NatsLink _link;
    private readonly ConsumerAdmin _consumers;
    private readonly IReceiverEvents _events;
    private readonly Intake _intake;
    private readonly Settlements _settlements;
    private readonly TimeSpan _lease;
    private readonly int _ahead;
    private readonly long _maxBytes;
    private readonly object _flow = new();
    private volatile SharedPull _pull;
    private Task _following = Task.CompletedTask;
    private int _asking;
    private ITimer? _timer;
    private volatile bool _closed;
    private volatile bool _stopped;

    private SharedReceiver(NatsLink link, ConsumerAdmin consumers, string consumer, ChannelPlan plan, IReceiverEvents events, TimeSpan lease)
    {
        (_link, _consumers, _events, _lease) = (link, consumers, events, lease);
        _ahead = plan.MaxInFlight < LeastForAhead ? 0 : Math.Min(plan.MaxInFlight / 2, 512);
        _intake = new Intake(new BatchPool(link.Connection));
        _maxBytes = Math.Max(plan.MaxInFlightBytes, link.MaxPayload * 2);
        _settlements = new Settlements(link, plan.OperationTimeout);
        Traits = NatsTraits.Shared(lease);
        _pull = Make(consumer, new Ownership("", -1));
    }

    public ReceiveTraits Traits { get; }

    internal static async Task<IReceiver> OpenAsync(
        NatsLink link, StreamRef stream, ConsumerAdmin consumers, ChannelPlan plan, IReceiverEvents events, TimeSpan lease, CancellationToken cancellationToken)
    {
        var consumer = await consumers.SharedAsync(cancellationToken).ConfigureAwait(false);
        var receiver = new SharedReceiver(link, consumers, consumer, plan, events, lease);
        await receiver._pull.OpenAsync(link, cancellationToken).ConfigureAwait(false);
        receiver.Begin();
        return receiver;
    }

    public ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
    {
        var receive = _intake.Slot.Start(maxRecords);
        _intake.HandOver();
        Pull();
        return receive;
    }

    public ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken) =>
        _settlements.SettleAsync(commands, outcomes, cancellationToken);

    public async ValueTask ExtendAsync(ReadOnlyMemory<RecordRef> records, TimeSpan by, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        var until = LeaseFromNow();
        await _settlements.ExtendAsync(records, outcomes, until, cancellationToken).ConfigureAwait(false);
    }

    public void SetFlow(Ownership part, bool open)
    {
        if (part != _pull.Owner)
            return;
        _closed = !open;
        Follow();
    }

    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        _intake.Slot.Stop();
        Task following;
        lock (_flow)
            following = _following;
        await following.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _pull.EndAsync(cancellationToken).ConfigureAwait(false);
        await ReleaseWaitingAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The old consumer is gone for all members: the others hear it, and open again on the new one.</summary>
    public async ValueTask SeekAsync(StartPosition to, CancellationToken cancellationToken)
    {
        var old = _pull;
        await old.DisposeAsync().ConfigureAwait(false);
        foreach (var batch in _intake.TakeAll())
            batch.Recycle();
        var pull = Make(await _consumers.MoveSharedAsync(to, cancellationToken).ConfigureAwait(false), new Ownership("", -1));
        await pull.OpenAsync(_link, cancellationToken).ConfigureAwait(false);
        (_pull, _closed) = (pull, false);
        _events.Assigned([pull.Owner]);
        Pull();
    }

    public async ValueTask ReadLagAsync(ICollection<PartitionLag> into, CancellationToken cancellationToken)
    {
        var info = await _consumers.InfoAsync(_pull.Consumer, cancellationToken).ConfigureAwait(false);
        into.Add(new PartitionLag("", (long)info.NumPending + info.NumAckPending, null));
    }

    public async ValueTask DisposeAsync()
    {
        _link.Remove(this);
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _pull.DisposeAsync().ConfigureAwait(false);
    }

    void ILinkListener.Down()
    {
        _pull.Puller.Forget();
        _events.StateChanged(ChannelState.Degraded, null);
    }

    void ILinkListener.Up()
    {
        _pull.Puller.Forget();
        _events.StateChanged(ChannelState.Ready, null);
        Pull();
    }

    private SharedPull Make(string consumer, Ownership owner) => new(_link, _consumers.Stream, consumer, owner, _intake, _maxBytes, LeaseFromNow, Told);

    private void Told(PullStatus status)
    {
        if (status.IsDeleted)
        {
            NatsLog.Deleted(_link.Logger, _consumers.Stream, _pull.Consumer);
            _intake.Slot.Fail(NatsErrors.NoConsumer(_consumers.Stream, _pull.Consumer));
        }
        else if (status.Code == PullStatus.NoResponders && Interlocked.Exchange(ref _asking, 1) == 0)
        {
            _ = AskAsync(_pull.Consumer);
        }
        else if (status.IsUsual)
        {
            // A refusal that comes at once is not answered at once.
            Pull();
        }
    }

    /// <summary>A consumer that was deleted while no pull of ours was open said nothing to us.</summary>
    private async Task AskAsync(string consumer)
    {
        try
        {
            if (await _consumers.FindLossAsync(consumer).ConfigureAwait(false) is { } loss && consumer == _pull.Consumer)
                _intake.Slot.Fail(loss);
        }
        finally
        {
            Volatile.Write(ref _asking, 0);
        }
    }

    private void Follow()
    {
        lock (_flow)
            _following = FollowAsync(_following);
    }

    /// <summary>
    /// Does what the engine wanted last. A pull that is open cannot be taken back, and would bring what was released here again: the server forgets it when
    /// nobody listens where its records go.
    /// </summary>
    private async Task FollowAsync(Task before)
    {
        await before.ConfigureAwait(false);
        try
        {
            var pull = _pull;
            if (_closed)
            {
                await pull.EndAsync(_link.UntilDown).ConfigureAwait(false);
                await ReleaseWaitingAsync().ConfigureAwait(false);
            }
            else if (pull.IsEnded && _link.IsOpen && !_stopped && !pull.Owner.IsLost)
            {
                var again = Make(pull.Consumer, pull.Owner);
                await again.OpenAsync(_link, _link.UntilDown).ConfigureAwait(false);
                _pull = again;
            }

            Pull();
        }
        catch (Exception error)
        {
            // Tried again when it is time to look.
            NatsLog.NotFollowed(_link.Logger, _consumers.Stream, _pull.Consumer, error);
        }
    }

    private void Begin()
    {
        _link.Add(this);
        _events.Assigned([_pull.Owner]);
        _events.StateChanged(ChannelState.Ready, null);
        var interval = TimeSpan.FromTicks(Math.Min(_lease.Ticks / 4, TimeSpan.TicksPerSecond));
        _timer = _link.Time.CreateTimer(static state => ((SharedReceiver)state!).Tick(), this, interval, interval);
    }

    private void Pull()
    {
        if (_stopped || _closed)
            return;
        // Nothing is fetched for nobody; ahead is only what follows on what is wanted.
        var wanted = _intake.Slot.Wanted;
        var room = wanted == 0 ? 0 : wanted + _ahead - _intake.Waiting;
        _pull.Puller.Ask(room);
    }

    private void Tick()
    {
        if (_stopped)
            return;
        if (!_closed && _pull.IsEnded && _following.IsCompleted)
            Follow();
        _pull.Puller.IsSilent();
        Pull();
        _ = ExtendWaitingAsync();
    }

    /// <summary>What waits here for the engine's room is extended here.</summary>
    private async Task ExtendWaitingAsync()
    {
        var until = LeaseFromNow();
        var soon = _link.Time.GetTimestamp() + Ticks(_lease / 2);
        RecordRef[] waiting = [.. _intake.References().Where(record => ((Delivery)record.Handle!).LeaseEnds < soon)];
        if (waiting.Length > 0)
            await _settlements.ExtendAsync(waiting, new SettleOutcome[waiting.Length], until, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task ReleaseWaitingAsync()
    {
        foreach (var batch in _intake.TakeAll())
        {
            SettleCommand[] commands = [.. batch.References().Select(static record => new SettleCommand(record, SettleKind.Release, TimeSpan.Zero))];
            try
            {
                if (commands.Length > 0)
                    await _settlements.SettleAsync(commands, new SettleOutcome[commands.Length], CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                NatsLog.NotReleased(_link.Logger, _consumers.Stream, error);
            }

            batch.Recycle();
        }
    }

    /// <summary>The server's clock started when it sent the record, before it came: a tenth is taken off for the way.</summary>
    private long LeaseFromNow() => _link.Time.GetTimestamp() + Ticks(_lease * 0.9);

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _link.Time.TimestampFrequency);
}
