using System.Collections.Concurrent;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Receiving;

/// <summary>A receiver's batches and slabs, for reuse.</summary>
internal sealed class BatchPool(string topic)
{
    private const int MaxKept = 64;

    private readonly ConcurrentQueue<KafkaBatch> _kept = new();

    internal string Topic { get; } = topic;

    internal SlabPool Slabs { get; } = new(65_536, MaxKept);

    /// <summary>Poll thread only.</summary>
    internal HeaderNames Names { get; } = new();

    internal KafkaBatch Rent() => _kept.TryDequeue(out var batch) ? batch : new KafkaBatch(this);

    internal void Return(KafkaBatch batch)
    {
        if (_kept.Count < MaxKept)
            _kept.Enqueue(batch);
    }
}
