using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>What one address keeps: its partitions, and who reads them. Everything but the constructor and what says otherwise under <see cref="Gate"/>.</summary>
internal sealed class InMemoryAddress
{
    /// <summary>What a position says of its partition where the profile has none.</summary>
    public const int NoPartition = -1;

    private const int TrimSteps = 64;

    private readonly List<ReaderGroup> _readers = [];
    private readonly Dictionary<string, LogGroup> _logGroups = [];
    private readonly Dictionary<string, QueueGroup> _queueGroups = [];
    private readonly long[] _wanted;
    private long _fullBytes;
    private long _trimAt;
    private uint _turn;

    public InMemoryAddress(string name, int partitions, SegmentPool pool)
    {
        Name = name;
        Partitions = new LogPartition[partitions];
        for (var i = 0; i < partitions; i++) Partitions[i] = new LogPartition(i, pool);
        _wanted = new long[partitions];
    }

    public object Gate { get; } = new();

    public string Name { get; }

    public LogPartition[] Partitions { get; }

    /// <summary>How many bytes are kept that every group has settled.</summary>
    public long RetentionBytes
    {
        get;
        set
        {
            field = value;
            _trimAt = 0;
        }
    } = 67_108_864;

    /// <summary>Dead letters stay: nobody reads them until somebody looks.</summary>
    public bool KeepsAll { get; set; }

    /// <summary>Stores copies of those records whose outcome is accepted, and says where. Enters the gate itself.</summary>
    public void Append(ReadOnlySpan<OutboundRecord> records, Span<SendOutcome> outcomes, bool partitioned, long timeMs, bool holes)
    {
        WakeList wake = default;
        lock (Gate)
        {
            for (var i = 0; i < records.Length; i++)
            {
                if (outcomes[i].Status != SendStatus.Accepted) continue;
                var (partition, offset) = Append(records[i], -1, timeMs, holes, ref wake);
                outcomes[i] = new SendOutcome(SendStatus.Accepted, new RecordPosition(partitioned ? partition : NoPartition, offset, 0, null), null);
            }
        }

        wake.Run();
    }

    /// <summary>Stores a copy of a record. Partition -1: by its key, and in turn without one.</summary>
    public (int Partition, long Offset) Append(in OutboundRecord record, int partition, long timeMs, bool holes, ref WakeList wake)
    {
        if (partition < 0)
        {
            partition = (record.Flags & RecordFlags.HasKey) != 0
                ? KeyPartition.Of(record.KeyBytes.Span, Partitions.Length)
                : (int)(_turn++ % (uint)Partitions.Length);
        }

        var log = Partitions[partition];
        var full = log.FullBytes;
        var offset = log.Append(record, timeMs, holes);
        if (log.FullBytes != full)
        {
            _fullBytes += log.FullBytes - full;
            if (_fullBytes >= _trimAt) Trim();
        }

        foreach (var reader in _readers) reader.OnAppended(partition, ref wake);
        return (partition, offset);
    }

    /// <summary>The group of a log, made at its first start.</summary>
    public LogGroup LogGroup(string name, StartPosition start)
    {
        if (_logGroups.TryGetValue(name, out var known)) return known;
        var group = new LogGroup(this, Positions(start));
        _logGroups.Add(name, group);
        _readers.Add(group);
        return group;
    }

    /// <summary>The group of a queue, made at its first start.</summary>
    public QueueGroup QueueGroup(string name, StartPosition start, QueueClock clock)
    {
        if (_queueGroups.TryGetValue(name, out var known)) return known;
        var group = new QueueGroup(Partitions[0], Positions(start)[0], Gate, clock);
        _queueGroups.Add(name, group);
        _readers.Add(group);
        return group;
    }

    /// <summary>The group of a queue, if it was made. Enters the gate itself.</summary>
    public QueueGroup? FindQueueGroup(string name)
    {
        lock (Gate) return _queueGroups.GetValueOrDefault(name);
    }

    public LogBrowse Browse(StartPosition start)
    {
        var browse = new LogBrowse(this, Positions(start));
        _readers.Add(browse);
        return browse;
    }

    public void Remove(ReaderGroup reader) => _readers.Remove(reader);

    private long[] Positions(StartPosition start)
    {
        var positions = new long[Partitions.Length];
        foreach (var partition in Partitions)
        {
            positions[partition.Index] = start.Kind switch
            {
                StartKind.Latest => partition.Next,
                StartKind.Time => partition.FindTime(start.Time!.Value.ToUnixTimeMilliseconds()),
                _ => partition.Start,
            };
        }

        if (start.Position is { } at && RecordPosition.From(at) is var wanted)
        {
            var index = wanted.Partition == NoPartition && positions.Length == 1 ? 0 : wanted.Partition;
            if ((uint)index < (uint)positions.Length) positions[index] = Math.Clamp(wanted.Major, Partitions[index].Start, Partitions[index].Next);
        }

        return positions;
    }

    /// <summary>Drops the oldest segments that every group has settled, as far as they exceed what is retained.</summary>
    private void Trim()
    {
        if (KeepsAll || _fullBytes <= RetentionBytes) return;

        long settled = 0;
        foreach (var partition in Partitions)
        {
            var wanted = long.MaxValue;
            foreach (var reader in _readers) wanted = Math.Min(wanted, reader.LowestNeeded(partition.Index));
            _wanted[partition.Index] = wanted;
            settled += partition.BytesBelow(wanted);
        }

        while (settled > RetentionBytes && Oldest() is { } oldest)
        {
            settled -= oldest.First!.Bytes;
            _fullBytes -= oldest.First.Bytes;
            oldest.DropFirst();
        }

        // The look at every segment costs: the next one waits until there is something to gain.
        _trimAt = Math.Max(RetentionBytes, _fullBytes + (RetentionBytes / TrimSteps));
    }

    private LogPartition? Oldest()
    {
        LogPartition? oldest = null;
        foreach (var partition in Partitions)
        {
            if (partition.CanDropFirst(_wanted[partition.Index]) && (oldest is null || partition.First![0].TimeMs < oldest.First![0].TimeMs))
                oldest = partition;
        }

        return oldest;
    }
}
