using System.Diagnostics;
using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;

namespace EventFabric.Performance.Kafka;

/// <summary>PublishBatchAsync, several batches under way. A latency is that of a batch.</summary>
internal sealed class KafkaPublishBatches(Settings settings, int size, int batchSize, int batches) : KafkaPublish(settings, size)
{
    private readonly (Task<IReadOnlyList<PublishResult>>? Task, long Sent)[] _ring = new (Task<IReadOnlyList<PublishResult>>?, long)[batches];
    private readonly Blob[][] _batches = [.. Enumerable.Range(0, batches).Select(_ => new Blob[batchSize])];
    private long _sequence;

    public override async ValueTask<long> RunAsync(Window window)
    {
        var events = 0L;
        while (!window.IsOver)
        {
            var place = (int)(_sequence++ % batches);
            await SettleAsync(window, place);
            var batch = _batches[place];
            for (var i = 0; i < batch.Length; i++, events++)
                batch[i] = Blobs[events % Blobs.Length];
            _ring[place] = (Publisher.PublishBatchAsync(batch), Stopwatch.GetTimestamp());
        }

        for (var i = 0; i < batches; i++)
            await SettleAsync(window, i);
        return events;
    }

    private async ValueTask SettleAsync(Window window, int place)
    {
        var (task, sent) = _ring[place];
        if (task is null)
            return;
        _ring[place] = default;
        if ((await task).Count != batchSize)
            throw new InvalidOperationException("A batch has another number of results.");
        window.Latencies.RecordSince(sent);
    }
}
