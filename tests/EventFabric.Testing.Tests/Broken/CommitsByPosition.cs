using System.Collections.Concurrent;
using EventFabric.Drivers;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>
/// An engine that settles where a handler ended, with the newest tenure that was handed the position: whatever still runs below it, and whoever has it now.
/// </summary>
/// <param name="onlyLate">True: only where the handler's token was cancelled before it ended, so that nothing else is wrong.</param>
internal sealed class CommitsByPosition(bool onlyLate = false) : Defect
{
    private readonly ConcurrentDictionary<(int Partition, long Major), (IReceiver Receiver, RecordRef Record)> _handedOver = new();

    private bool OnlyLate => onlyLate;

    internal override IReceiver Receiver(IReceiver inner, ChannelPlan plan) => plan.Mode == ReceiveMode.Consume ? new Noting(inner, this) : inner;

    internal void AddTo(IEventFabricBuilder builder)
    {
        builder.Services.AddSingleton(this);
        builder.AddHandlerMiddleware<CommitsBehindHandlers>();
    }

    private async Task CommitAsync(EventPosition position)
    {
        var at = RecordPosition.From(position);
        if (!_handedOver.TryGetValue((at.Partition, at.Major), out var known)) return;
        await known.Receiver.SettleAsync(new[] { new SettleCommand(known.Record, SettleKind.Ack, TimeSpan.Zero) }, new SettleOutcome[1], CancellationToken.None);
    }

    private sealed class CommitsBehindHandlers(CommitsByPosition defect) : IHandlerMiddleware
    {
        public async ValueTask<BatchSettlement> HandleAsync(
            IReadOnlyList<EventContext> events,
            Func<CancellationToken, ValueTask<BatchSettlement>> next,
            CancellationToken cancellationToken)
        {
            var position = events[^1].Position;
            var verdict = await next(cancellationToken);
            if (!defect.OnlyLate || cancellationToken.IsCancellationRequested) await defect.CommitAsync(position);
            return verdict;
        }
    }

    private sealed class Noting(IReceiver inner, CommitsByPosition defect) : DefectiveReceiver(inner)
    {
        public override async ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
        {
            if (await Inner.ReceiveAsync(maxRecords) is not { } batch) return null;
            foreach (var record in batch.Records.ToArray())
                defect._handedOver[(record.Ref.Position.Partition, record.Ref.Position.Major)] = (Inner, record.Ref);
            return batch;
        }
    }
}
