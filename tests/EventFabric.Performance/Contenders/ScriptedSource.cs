using System.Collections.Concurrent;
using System.Text;
using System.Threading.Tasks.Sources;
using EventFabric.Drivers;

namespace EventFabric.Performance.Contenders;

/// <summary>The script: batches without end while a window is open, silence otherwise.</summary>
internal sealed class ScriptedSource : IValueTaskSource<InboundBatch?>
{
    public const int BatchSize = 256;

    private readonly object _sync = new();
    private readonly ConcurrentQueue<ScriptedBatch> _pool = new();
    private readonly Func<int, InboundRecord[]> _makeRecords;
    private ManualResetValueTaskSourceCore<InboundBatch?> _pending = new() { RunContinuationsAsynchronously = true };
    private Ownership? _waiting;
    private int _waitingFor;
    private int _made;
    private long _position;
    private bool _open;
    private bool _stopped;

    /// <param name="headers">Of every record.</param>
    /// <param name="body">Of every record.</param>
    /// <param name="keys">How many keys there are; 0: none.</param>
    public ScriptedSource(HeaderBlock headers, byte[] body, int keys)
    {
        byte[][] names = [.. Enumerable.Range(0, keys).Select(static number => Encoding.UTF8.GetBytes($"key-{number:D6}"))];
        _makeRecords = batch => [.. Enumerable.Range(batch * BatchSize, BatchSize).Select(number => new InboundRecord
        {
            Body = body,
            Headers = headers,
            Key = keys == 0 ? default : names[number % keys],
            Flags = keys == 0 ? RecordFlags.None : RecordFlags.HasKey,
        })];
    }

    /// <summary>How many records were handed out.</summary>
    public long HandedOut => Volatile.Read(ref _position);

    public ValueTask<InboundBatch?> TakeAsync(Ownership owner, int most)
    {
        lock (_sync)
        {
            if (_stopped)
                return default;
            if (_open)
                return new ValueTask<InboundBatch?>(Next(owner, most));
            (_waiting, _waitingFor) = (owner, most);
            _pending.Reset();
            return new ValueTask<InboundBatch?>(this, _pending.Version);
        }
    }

    public void Open()
    {
        lock (_sync)
        {
            _open = true;
            if (_waiting is { } owner)
                Answer(Next(owner, _waitingFor));
        }
    }

    public void Close()
    {
        lock (_sync)
            _open = false;
    }

    public void Stop()
    {
        lock (_sync)
        {
            _stopped = true;
            if (_waiting is not null)
                Answer(null);
        }
    }

    InboundBatch? IValueTaskSource<InboundBatch?>.GetResult(short token) => _pending.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<InboundBatch?>.GetStatus(short token) => _pending.GetStatus(token);

    void IValueTaskSource<InboundBatch?>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _pending.OnCompleted(continuation, state, token, flags);

    private void Answer(ScriptedBatch? batch)
    {
        _waiting = null;
        _pending.SetResult(batch);
    }

    private ScriptedBatch Next(Ownership owner, int most)
    {
        if (!_pool.TryDequeue(out var batch))
            batch = new ScriptedBatch(_makeRecords(_made++), _pool);
        batch.Fill(owner, _position, most);
        Volatile.Write(ref _position, _position + batch.Records.Length);
        return batch;
    }
}
