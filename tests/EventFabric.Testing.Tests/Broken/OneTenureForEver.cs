using System.Collections.Concurrent;
using EventFabric.Drivers;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>An engine that never hears of a loss: it keeps one ownership of a partition for ever, and settles with it whatever tenure it is.</summary>
internal sealed class OneTenureForEver : Defect
{
    private readonly ConcurrentDictionary<Ownership, Ownership> _current = new();
    private readonly ConcurrentDictionary<(IReceiverEvents, int), Ownership> _shown = new();
    private readonly ConcurrentDictionary<Ownership, Ownership> _shownOf = new();

    internal override IReceiverEvents Events(IReceiverEvents inner, ChannelPlan plan) => new Deaf(inner, this);

    internal override IReceiver Receiver(IReceiver inner, ChannelPlan plan) => new Translating(inner, this);

    private sealed class Deaf(IReceiverEvents inner, OneTenureForEver owner) : IReceiverEvents
    {
        public void Assigned(IReadOnlyList<Ownership> added)
        {
            var first = new List<Ownership>();
            foreach (var tenure in added)
            {
                var shown = owner._shown.GetOrAdd((inner, tenure.Index), _ =>
                {
                    var made = new Ownership(tenure.Partition, tenure.Index);
                    first.Add(made);
                    return made;
                });
                owner._current[shown] = tenure;
                owner._shownOf[tenure] = shown;
            }

            if (first.Count > 0) inner.Assigned(first);
        }

        public ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds) => default;

        public void Lost(IReadOnlyList<Ownership> gone, Exception? cause)
        {
        }

        public void StateChanged(ChannelState state, Exception? cause) => inner.StateChanged(state, cause);
    }

    private sealed class Translating(IReceiver inner, OneTenureForEver owner) : DefectiveReceiver(inner)
    {
        public override async ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
        {
            if (await Inner.ReceiveAsync(maxRecords) is not { } batch) return null;
            var records = batch.Records.ToArray();
            for (var index = 0; index < records.Length; index++)
                records[index].Ref = records[index].Ref with { Owner = owner._shownOf[records[index].Ref.Owner] };
            return new RewrittenBatch(batch, records);
        }

        public override ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken) =>
            Inner.SettleAsync(commands.ToArray().Select(command => command with { Record = Now(command.Record) }).ToArray(), outcomes, cancellationToken);

        public override ValueTask ExtendAsync(ReadOnlyMemory<RecordRef> records, TimeSpan by, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken) =>
            base.ExtendAsync(records.ToArray().Select(Now).ToArray(), by, outcomes, cancellationToken);

        private RecordRef Now(RecordRef record) => record with { Owner = owner._current[record.Owner] };
    }
}
