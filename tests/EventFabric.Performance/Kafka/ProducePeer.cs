using Confluent.Kafka;
using EventFabric.Performance.Harness;

namespace EventFabric.Performance.Kafka;

/// <summary>Produce with a delivery handler, at most so many under way; with <paramref name="queue"/> set it tries again where the client's queue is full.</summary>
/// <param name="size">Of a body.</param>
/// <param name="lingerMs">Of the client.</param>
/// <param name="most">Under way at once.</param>
/// <param name="queue">The client's own queue, in records. Null: large enough.</param>
internal sealed class ProducePeer(int size, double lingerMs, int most, int? queue = null) : RawProducer(size, lingerMs)
{
    private readonly SemaphoreSlim _room = new(0, 1);
    private long _sequence;
    private long _delivered;
    private long _failed;
    private long _wakeAt = long.MaxValue;
    private Window? _window;
    private Action<DeliveryReport<byte[], byte[]>>? _handler;

    public override async ValueTask<long> RunAsync(Window window)
    {
        _window = window;
        _handler ??= report => Delivered(report, 0);
        var first = _sequence;
        while (!window.IsOver)
        {
            for (var i = 0; i < 64; i++)
            {
                if (queue is null && _sequence - Volatile.Read(ref _delivered) >= most)
                    await UntilAsync(_sequence - most / 2);
                Send(Lead.Stamp(_sequence));
            }
        }

        await UntilAsync(_sequence);
        if (_failed > 0)
            throw new InvalidOperationException($"{_failed} were not stored.");
        return _sequence - first;
    }

    protected override ProducerConfig Configure(ProducerConfig config)
    {
        config.QueueBufferingMaxMessages = queue ?? config.QueueBufferingMaxMessages;
        return config;
    }

    private void Send(long sent)
    {
        var message = Make(_sequence++);
        var handler = sent == 0 ? _handler! : report => Delivered(report, sent);
        while (true)
        {
            try
            {
                Producer.Produce(Topic, message, handler);
                return;
            }
            catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                Thread.Sleep(1);
            }
        }
    }

    private void Delivered(DeliveryReport<byte[], byte[]> report, long sent)
    {
        if (report.Error.IsError)
            Interlocked.Increment(ref _failed);
        if (sent != 0)
            _window!.Latencies.RecordSince(sent);
        if (Interlocked.Increment(ref _delivered) >= Volatile.Read(ref _wakeAt) && Interlocked.Exchange(ref _wakeAt, long.MaxValue) != long.MaxValue)
            _room.Release();
    }

    private async ValueTask UntilAsync(long delivered)
    {
        Volatile.Write(ref _wakeAt, delivered);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _delivered) >= delivered && Interlocked.Exchange(ref _wakeAt, long.MaxValue) != long.MaxValue)
            return;
        await _room.WaitAsync();
    }
}
