using System.Threading.Channels;
using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Topology;

namespace EventFabric.Nats.Receiving;

/// <summary>
/// A member of an ordered group: each partition has a consumer with one owner. What the engine asks is done here; who owns what is the loop's.
/// </summary>
internal sealed class PartitionReceiver : IReceiver, ISeekable, ILagReader, ILinkListener
{
    private readonly NatsLink _link;
    private readonly ConsumerAdmin _consumers;
    private readonly Intake _intake;
    private readonly PartitionLoop _loop;
    private readonly Settlements _settlements;
    private readonly int _ahead;
    private readonly long _maxBytes;
    private ITimer? _timer;
    private volatile bool _stopped;
    private int _disposed;

    private PartitionReceiver(NatsLink link, ConsumerAdmin consumers, Partition[] partitions, Members members, PartitionLoop loop, Intake intake, ChannelPlan plan)
    {
        (_link, _consumers, _intake, _loop, Members, Partitions) = (link, consumers, intake, loop, members, partitions);
        _ahead = Math.Clamp(plan.MaxInFlight, 1, 512);
        _maxBytes = plan.MaxInFlightBytes;
        _settlements = new Settlements(link, plan.OperationTimeout);
    }

    public ReceiveTraits Traits => NatsTraits.Partitioned;

    private Members Members { get; }

    private Partition[] Partitions { get; }

    internal static async Task<IReceiver> OpenAsync(
        NatsLink link, StreamRef stream, ConsumerAdmin consumers, ChannelPlan plan, IReceiverEvents events, TimeSpan session, CancellationToken cancellationToken)
    {
        Partition[] partitions = [.. Enumerable.Range(0, stream.Partitions).Select(static index => new Partition(index))];
        await consumers.FindAsync(partitions, cancellationToken).ConfigureAwait(false);
        var news = Channel.CreateUnbounded<Func<Task>>(new UnboundedChannelOptions { SingleReader = true });
        var intake = new Intake(new BatchPool(link.Connection));
        PartitionLoop? loop = null;
        var members = new Members(link, NatsNames.MemberSubject(stream.Name, consumers.Group), session, () => loop?.Look());
        loop = new PartitionLoop(link, consumers, partitions, members, intake, plan, events, news);
        var receiver = new PartitionReceiver(link, consumers, partitions, members, loop, intake, plan);
        await members.JoinAsync(cancellationToken).ConfigureAwait(false);
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

    public ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken) =>
        _settlements.SettleAsync(commands, outcomes, cancellationToken);

    public void SetFlow(Ownership part, bool open)
    {
        ArgumentNullException.ThrowIfNull(part);
        if ((uint)part.Index >= (uint)Partitions.Length || Partitions[part.Index].Owner != part)
            return;
        Partitions[part.Index].IsClosed = !open;
        if (open)
            Pull();
    }

    public ValueTask StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        _intake.Slot.Stop();
        foreach (var batch in _intake.TakeAll())
            batch.Recycle();
        return default;
    }

    public async ValueTask SeekAsync(StartPosition to, CancellationToken cancellationToken) => await _loop.SeekAsync(to).WaitAsync(cancellationToken).ConfigureAwait(false);

    public async ValueTask ReadLagAsync(ICollection<PartitionLag> into, CancellationToken cancellationToken)
    {
        foreach (var partition in Partitions)
        {
            if (partition.Owner is null)
                continue;
            var info = await _consumers.InfoAsync(partition.Consumer, cancellationToken).ConfigureAwait(false);
            into.Add(new PartitionLag($"{partition.Index}", (long)info.NumPending + info.NumAckPending, null));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _link.Remove(this);
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _loop.CloseAsync().ConfigureAwait(false);
        await Members.DisposeAsync().ConfigureAwait(false);
    }

    void ILinkListener.Down() => _loop.Down();

    void ILinkListener.Up()
    {
        Members.Join();
        _loop.Up();
    }

    private void Begin(IReceiverEvents events)
    {
        _link.Add(this);
        events.StateChanged(ChannelState.Ready, null);
        _loop.Wants = Pull;
        _loop.Start();
        var interval = TimeSpan.FromMilliseconds(500);
        _timer = _link.Time.CreateTimer(static state => ((PartitionReceiver)state!).Tick(), this, interval, interval);
    }

    private void Tick()
    {
        Members.Tick();
        _loop.Look();
        Pull();
    }

    private void Pull()
    {
        if (_stopped)
            return;
        var wanted = _intake.Slot.Wanted;
        var owned = Partitions.Count(static partition => partition.Pull?.Owner is not null);
        if (wanted == 0 || owned == 0)
            return;
        var room = Math.Max(1, (wanted + _ahead - _intake.Waiting) / owned);
        var bytes = Math.Max(_maxBytes / owned, _link.MaxPayload * 2);
        foreach (var partition in Partitions)
        {
            if (partition is not { IsClosed: false, Pull: { Owner: not null } pull })
                continue;
            pull.Puller.MaxBytes = bytes;
            pull.Puller.Ask(room);
        }
    }
}
