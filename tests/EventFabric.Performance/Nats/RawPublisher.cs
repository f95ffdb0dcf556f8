using System.Buffers;
using EventFabric.Performance.Harness;
using NATS.Client.Core;

namespace EventFabric.Performance.Nats;

/// <summary>
/// The fastest correct way to publish with the vendor's client: one subscription for all answers, the number of a record in its answer's subject, at most so many
/// under way.
/// </summary>
internal sealed class RawPublisher : NatsSubBase, IAsyncDisposable
{
    private readonly string[] _replies;
    private readonly long[] _sent;
    private readonly SemaphoreSlim _room = new(0, 1);
    private readonly int _prefix;
    private readonly NatsConnection _connection;
    private long _number;
    private long _answered;
    private long _failed;
    private long _wakeAt = long.MaxValue;

    private RawPublisher(NatsConnection connection, string inbox, int window)
        : base(connection, connection.SubscriptionManager, inbox + ".*", queueGroup: null, opts: null)
    {
        (_connection, _prefix) = (connection, inbox.Length + 1);
        _replies = [.. Enumerable.Range(0, window).Select(place => $"{inbox}.{place}")];
        _sent = new long[window];
    }

    public Window? Window { get; set; }

    public long Number => _number;

    public static async Task<RawPublisher> OpenAsync(NatsConnection connection, int window)
    {
        var publisher = new RawPublisher(connection, new NATS.Client.JetStream.NatsJSContext(connection).NewBaseInbox(), window);
        await connection.AddSubAsync(publisher);
        return publisher;
    }

    public async ValueTask SendAsync(string subject, byte[] body, NatsHeaders headers)
    {
        if (_number - Volatile.Read(ref _answered) >= _replies.Length)
            await UntilAsync(_number - (_replies.Length / 2));
        var place = (int)(_number % _replies.Length);
        _sent[place] = Lead.Stamp(_number++);
        await _connection.PublishAsync(subject, body, headers, _replies[place], NatsRawSerializer<byte[]>.Default);
    }

    public async Task UntilDoneAsync()
    {
        await UntilAsync(_number);
        if (_failed > 0)
            throw new InvalidOperationException($"{_failed} were not stored.");
    }

    protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        var answer = payloadBuffer.IsSingleSegment ? payloadBuffer.FirstSpan : payloadBuffer.ToArray();
        if (answer.IndexOf("\"seq\":"u8) < 0 || answer.IndexOf("error"u8) >= 0)
            Interlocked.Increment(ref _failed);
        if (int.TryParse(subject.AsSpan(_prefix), out var place) && _sent[place] is not 0 and var at)
            Window?.Latencies.RecordSince(at);
        if (Interlocked.Increment(ref _answered) >= Volatile.Read(ref _wakeAt) && Interlocked.Exchange(ref _wakeAt, long.MaxValue) != long.MaxValue)
            _room.Release();
        return default;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _room.Dispose();
    }

    protected override void TryComplete()
    {
        // Nothing waits here.
    }

    private async ValueTask UntilAsync(long answered)
    {
        Volatile.Write(ref _wakeAt, answered);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _answered) >= answered && Interlocked.Exchange(ref _wakeAt, long.MaxValue) != long.MaxValue)
            return;
        await _room.WaitAsync();
    }
}
