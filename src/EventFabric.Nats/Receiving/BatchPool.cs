using System.Collections.Concurrent;
using EventFabric.Drivers;
using NATS.Client.Core;

namespace EventFabric.Nats.Receiving;

/// <summary>A receiver's batches and slabs, for reuse. Any thread.</summary>
internal sealed class BatchPool(INatsConnection connection)
{
    private const int MaxKept = 64;

    private readonly ConcurrentQueue<NatsBatch> _kept = new();

    internal INatsConnection Connection { get; } = connection;

    internal SlabPool Slabs { get; } = new(65_536, MaxKept);

    internal NatsBatch Rent() => _kept.TryDequeue(out var batch) ? batch : new NatsBatch(this);

    internal void Return(NatsBatch batch)
    {
        if (_kept.Count < MaxKept)
            _kept.Enqueue(batch);
    }
}
