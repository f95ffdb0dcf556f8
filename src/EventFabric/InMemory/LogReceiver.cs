using EventFabric.Drivers;
using EventFabric.Scheduling;

namespace EventFabric.InMemory;

/// <summary>Receives from a log: slices its partitions, settles up to a position.</summary>
internal sealed class LogReceiver : InMemoryReceiver
{
    private readonly LogGroup? _group;
    private int _turn;

    public LogReceiver(
        InMemoryAddress address,
        ReaderGroup group,
        ChannelPlan plan,
        IReceiverEvents events,
        WorkScheduler scheduler,
        ReceiveTraits traits)
        : base(address, group, plan, events, scheduler)
    {
        _group = group as LogGroup;
        Traits = traits;
    }

    public override ReceiveTraits Traits { get; }

    public override ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            for (var i = 0; i < commands.Length; i++)
                outcomes.Span[i] = Settle(commands.Span[i]);
        }

        return default;
    }

    protected override bool Take(InMemoryBatch batch, int max, long maxBytes)
    {
        batch.Begin(max, maxBytes, long.MaxValue);
        var tenures = Member.Tenures;
        var atEnd = Browses;
        for (var i = 0; i < tenures.Count && batch.HasRoom; i++)
        {
            if (++_turn >= tenures.Count) _turn = 0;
            var tenure = (LogTenure)tenures[_turn];
            while (tenure.Flows && batch.HasRoom && tenure.TryPeek())
            {
                batch.Take(tenure.Cursor.Segment, tenure.Cursor.Index, tenure.Ownership, deliveryCount: 0);
                tenure.Cursor.Advance();
            }

            atEnd = atEnd && !tenure.TryPeek();
        }

        return atEnd;
    }

    private SettleOutcome Settle(in SettleCommand command)
    {
        if (Member.Find(command.Record.Owner) is not LogTenure tenure) return new SettleOutcome(SettleStatus.LeaseLost, null);
        if (command.Kind != SettleKind.Ack || _group is null)
        {
            var error = new InMemoryException(ErrorKind.Invalid, "cannot-settle", "A log settles by acknowledgement, and not while it is browsed.");
            return new SettleOutcome(SettleStatus.Failed, error);
        }

        return _group.Commit(tenure, command.Record.Position.Major);
    }
}
