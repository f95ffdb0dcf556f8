using System.Collections.Concurrent;
using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>A broker that opens receivers with another plan than the engine's.</summary>
internal sealed class Opens(Func<ChannelPlan, ChannelPlan> change) : Defect
{
    internal override ChannelPlan ReceiverPlan(ChannelPlan plan) => change(plan);

    /// <summary>A group that nobody else is in and that was never there.</summary>
    internal static string Unheard(ChannelPlan plan) => plan.Group + Guid.NewGuid().ToString("N");
}

/// <summary>A broker where making what is there is an error.</summary>
internal sealed class CreatesOnce : Defect
{
    private readonly ConcurrentDictionary<string, bool> _made = new();

    internal override ValueTask ApplyAsync(ITopology topology, ImmutableArray<TopologyItem> items, CancellationToken cancellationToken) =>
        items.All(item => _made.TryAdd(item.Resource, true))
            ? topology.ApplyAsync(items, cancellationToken)
            : throw new InvalidOperationException("It is there already.");
}

/// <summary>A broker that makes nothing.</summary>
internal sealed class CreatesNothing : Defect
{
    internal override ValueTask ApplyAsync(ITopology topology, ImmutableArray<TopologyItem> items, CancellationToken cancellationToken) => default;
}

/// <summary>A broker that does not see one kind of finding.</summary>
internal sealed class Overlooks(TopologyState state) : Defect
{
    internal override ImmutableArray<TopologyItem> Inspected(ImmutableArray<TopologyItem> items, ImmutableArray<ChannelPlan> plans) =>
        [.. items.Select(item => item.State == state ? item with { State = TopologyState.Ok } : item)];
}

/// <summary>An engine that gives partitions up at once, whatever still runs.</summary>
internal sealed class GivesNoGrace : Defect
{
    internal override IReceiverEvents Events(IReceiverEvents inner, ChannelPlan plan) => new Hasty(inner);

    private sealed class Hasty(IReceiverEvents inner) : PassingEvents(inner)
    {
        public override ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds)
        {
            _ = base.RevokingAsync(leaving, new CancellationToken(canceled: true)).AsTask();
            return default;
        }
    }
}

/// <summary>A broker whose position, when a partition is given up, is where it was read to: what was taken and not handled is lost.</summary>
internal sealed class LosesThePrefetched : Defect
{
    private readonly ConcurrentDictionary<Ownership, (IReceiver Receiver, RecordRef Record)> _last = new();

    internal override IReceiverEvents Events(IReceiverEvents inner, ChannelPlan plan) => new GivingUp(inner, this);

    internal override IReceiver Receiver(IReceiver inner, ChannelPlan plan) => plan.Mode == ReceiveMode.Consume ? new Noting(inner, this) : inner;

    private sealed class GivingUp(IReceiverEvents inner, LosesThePrefetched defect) : PassingEvents(inner)
    {
        public override async ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds)
        {
            // Registered behind the broker's own, and so called before it.
            using (graceEnds.UnsafeRegister(_ => Commit(leaving), null)) await base.RevokingAsync(leaving, graceEnds);
            Commit(leaving);
        }

        private void Commit(IReadOnlyList<Ownership> leaving)
        {
            foreach (var tenure in leaving)
            {
                if (defect._last.TryGetValue(tenure, out var last))
                    _ = last.Receiver.SettleAsync(new[] { new SettleCommand(last.Record, SettleKind.Ack, TimeSpan.Zero) }, new SettleOutcome[1], CancellationToken.None).AsTask();
            }
        }
    }

    private sealed class Noting(IReceiver inner, LosesThePrefetched defect) : DefectiveReceiver(inner)
    {
        public override async ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
        {
            if (await Inner.ReceiveAsync(maxRecords) is not { } batch) return null;
            foreach (var record in batch.Records.ToArray()) defect._last[record.Ref.Owner] = (Inner, record.Ref);
            return batch;
        }
    }
}

/// <summary>A broker that finds nothing at a group's position, takes it for one that is out of range, and goes on behind what is there.</summary>
internal sealed class SkipsOutOfRange : Defect
{
    private readonly ConcurrentDictionary<(string Address, int Partition), long> _committed = new();

    internal override IReceiver Receiver(IReceiver inner, ChannelPlan plan) => plan.Mode == ReceiveMode.Consume ? new Skipping(inner, plan.Address, this) : inner;

    private sealed class Skipping(IReceiver inner, string address, SkipsOutOfRange defect) : DefectiveReceiver(inner)
    {
        private readonly HashSet<Ownership> _begun = [];

        public override async ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
        {
            while (await Inner.ReceiveAsync(maxRecords) is { } batch)
            {
                var skipped = batch.Records.ToArray().Select(static record => record.Ref).GroupBy(static record => record.Owner).Where(IsOutOfRange).Select(static group => group.Key).ToHashSet();
                if (skipped.Count == 0) return batch;
                var left = batch.Records.ToArray().Where(record => !skipped.Contains(record.Ref.Owner)).ToArray();
                if (left.Length > 0) return new RewrittenBatch(batch, left);
                batch.Recycle();
            }

            return null;
        }

        public override ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
        {
            foreach (var command in commands.ToArray()) defect._committed[(address, command.Record.Position.Partition)] = command.Record.Position.Major + 1;
            return base.SettleAsync(commands, outcomes, cancellationToken);
        }

        private bool IsOutOfRange(IGrouping<Ownership, RecordRef> records) => _begun.Add(records.Key)
            && defect._committed.TryGetValue((address, records.Key.Index), out var committed)
            && records.First().Position.Major != committed;
    }
}

/// <summary>Tells an engine what it is told.</summary>
internal class PassingEvents(IReceiverEvents inner) : IReceiverEvents
{
    public virtual void Assigned(IReadOnlyList<Ownership> added) => inner.Assigned(added);

    public virtual ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds) => inner.RevokingAsync(leaving, graceEnds);

    public virtual void Lost(IReadOnlyList<Ownership> gone, Exception? cause) => inner.Lost(gone, cause);

    public virtual void StateChanged(ChannelState state, Exception? cause) => inner.StateChanged(state, cause);
}
