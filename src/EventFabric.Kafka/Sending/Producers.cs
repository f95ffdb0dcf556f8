using Confluent.Kafka;

namespace EventFabric.Kafka.Sending;

/// <summary>
/// The producers of a cluster: one for all topics, and one more for each smaller limit that a topic has. A broker refuses a batch that is larger than its topic
/// takes with every record in it, however small, and the client bounds batches by producer, not by topic. Thread-safe.
/// </summary>
/// <param name="usual">The most bytes of a batch where the topic does not say less.</param>
/// <param name="build">Makes the producer of a limit.</param>
internal sealed class Producers(long usual, Func<long, IProducer<SendRef, SendRef>> build) : IDisposable
{
    private const long LeastOfClient = 1000;

    private readonly object _sync = new();
    private readonly Dictionary<long, IProducer<SendRef, SendRef>> _byLimit = [];
    private readonly List<IProducer<SendRef, SendRef>> _retired = [];
    private bool _disposed;

    /// <summary>The one that everything may use whose limit is not less.</summary>
    internal IProducer<SendRef, SendRef> Usual => Of(null);

    /// <param name="topicBytes">What the topic takes at once; null: not known.</param>
    internal IProducer<SendRef, SendRef> Of(long? topicBytes)
    {
        var limit = Math.Max(LeastOfClient, Math.Min(topicBytes ?? usual, usual));
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_byLimit.TryGetValue(limit, out var producer))
                _byLimit.Add(limit, producer = build(limit));
            return producer;
        }
    }

    /// <summary>Takes one out of use that never sends again. Whoever has it yet ends with it; the next one is another.</summary>
    /// <returns>Whether it was the usual one.</returns>
    internal bool Retire(IProducer<SendRef, SendRef> producer)
    {
        lock (_sync)
        {
            foreach (var (limit, known) in _byLimit)
            {
                if (!ReferenceEquals(known, producer))
                    continue;
                _byLimit.Remove(limit);
                _retired.Add(producer);
                return limit == Math.Max(LeastOfClient, usual);
            }

            return false;
        }
    }

    /// <summary>Gives none any more. Those there are end in the background: every record is answered by now, and nobody need wait while the client joins its threads.</summary>
    public void Dispose()
    {
        List<IProducer<SendRef, SendRef>> all;
        lock (_sync)
        {
            if (_disposed)
                return;
            _disposed = true;
            all = [.. _byLimit.Values, .. _retired];
        }

        _ = Task.Run(() => all.ForEach(static producer => producer.Dispose()));
    }
}
