using EventFabric.Concurrency.Exploring;
using EventFabric.Drivers;
using EventFabric.Lanes;
using EventFabric.Subscribing;
using EventFabric.Tracking;

namespace EventFabric.Concurrency.Settling;

/// <summary>Workers that finish the records of one partition in any order, and the settler that tells the broker.</summary>
internal sealed class SettlementStory : IAsyncDisposable
{
    private readonly object _sync = new();
    private readonly HashSet<long> _finished = [];
    private readonly ExploredReceiver _receiver;
    private readonly AckMode _mode;
    private readonly PartitionState _part;
    private readonly Settler _settler;
    private readonly InFlightRecord[] _records;
    private readonly bool _planted;

    /// <param name="mode">By watermark or one by one.</param>
    /// <param name="maxFailures">How many settlements fail.</param>
    /// <param name="records">How many records there are; their positions have holes between them.</param>
    /// <param name="planted">Whether who finishes records does so beside the lock of the subscription: the planted race.</param>
    public SettlementStory(AckMode mode, int maxFailures, int records, bool planted)
    {
        (_mode, _planted) = (mode, planted);
        _receiver = new ExploredReceiver(mode, maxFailures) { MayBeSettled = MayBeSettled };
        _part = new PartitionState(new Ownership("0", 0), mode == AckMode.Cumulative);
        _settler = new Settler(_receiver, _sync, new ExplorationScheduler(Story.ShortTimers), static _ => { });
        _records = [.. Enumerable.Range(0, records).Select(Take)];
    }

    /// <summary>A worker finishes these records, one lock each.</summary>
    public Task FinishAsync(params int[] records) => Task.Run(() =>
    {
        foreach (var record in records)
        {
            lock (_finished)
                _finished.Add(_records[record].Ref.Position.Major);
            lock (_planted ? new object() : _sync)
                _settler.Note(_records[record], Verdict.Ack);
            _settler.Kick();
        }
    });

    public Task FlushAsync() => _settler.FlushAsync();

    public async ValueTask DisposeAsync()
    {
        _settler.Dispose();
        await _receiver.DisposeAsync();
    }

    /// <summary>After the last flush the broker knows everything.</summary>
    public void EverythingIsSettled()
    {
        if (_mode == AckMode.Cumulative)
            Story.Promise(_receiver.Watermark == _records[^1].Ref.Position.Major, $"everything is settled, and not up to {_receiver.Watermark}");
        else
            Story.Promise(_receiver.Settled.Order().SequenceEqual(_records.Select(static record => record.Ref.Position.Major)), $"each is settled once, and not {string.Join(' ', _receiver.Settled)}");
    }

    private InFlightRecord Take(int index)
    {
        var sequence = 0L;
        var position = 3 * index;
        _part.Tracker?.TryAdd(position, 0, null, null, out sequence);
        return new InFlightRecord
        {
            Part = _part,
            Sequence = sequence,
            Ref = new RecordRef(_part.Owner, new RecordPosition(0, position, 0, null), null),
        };
    }

    private bool MayBeSettled(long position)
    {
        lock (_finished)
        {
            return _mode == AckMode.PerRecord
                ? _finished.Contains(position)
                : _records.All(record => record.Ref.Position.Major > position || _finished.Contains(record.Ref.Position.Major));
        }
    }
}
