namespace EventFabric.Lanes;

/// <summary>
/// The queue of one key that has unsettled records here. It runs when no worker has it and no record of it is held; the records that a
/// worker took are detached from it, so that more can be queued meanwhile without touching what runs.
/// </summary>
internal sealed class Lane : ReadyNode
{
    private LaneRecord? _first;
    private LaneRecord? _last;

    public ulong Key { get; set; }

    /// <summary>A worker has records of this lane.</summary>
    public bool IsRunning { get; set; }

    /// <summary>In the ready queue.</summary>
    public bool IsReady { get; set; }

    /// <summary>Records of this lane that failed and are not done with: later ones wait.</summary>
    public int Blockers { get; set; }

    /// <summary>
    /// A record of it is not ours any more, so that all behind it goes back to come again in order; what comes in meanwhile does too. Until the
    /// lane has no record left.
    /// </summary>
    public bool IsGivingBack { get; set; }

    /// <summary>Records that are queued, without those that a worker has.</summary>
    public int Count { get; private set; }

    public LaneRecord? First => _first;

    public bool IsEmpty => _first is null;

    public bool CanRun => !IsRunning && !IsReady && Blockers == 0 && _first is not null;

    public bool IsIdle => !IsRunning && !IsReady && Blockers == 0 && _first is null;

    public void Append(LaneRecord record)
    {
        record.Next = null;
        if (_last is null)
            _first = record;
        else
            _last.Next = record;
        _last = record;
        Count++;
    }

    /// <summary>Takes everything that is queued, as a chain.</summary>
    public LaneRecord? Detach()
    {
        var chain = _first;
        _first = _last = null;
        Count = 0;
        return chain;
    }

    /// <summary>Takes at most <paramref name="count"/> queued records, as a chain.</summary>
    public LaneRecord? Detach(int count)
    {
        if (_first is null || count <= 0)
            return null;
        var chain = _first;
        var end = chain;
        for (Count--; --count > 0 && end.Next is not null; Count--)
            end = end.Next;
        _first = end.Next;
        if (_first is null)
            _last = null;
        end.Next = null;
        return chain;
    }

    /// <summary>Puts the rest of a detached chain back in front of what was queued since.</summary>
    public void PutBack(LaneRecord? chain)
    {
        if (chain is null)
            return;
        var end = chain;
        for (Count++; end.Next is not null; Count++)
            end = end.Next;
        end.Next = _first;
        _first = chain;
        _last ??= end;
    }

    /// <summary>Takes out one queued record.</summary>
    public void Remove(LaneRecord record)
    {
        LaneRecord? before = null;
        for (var at = _first; at is not null; before = at, at = at.Next)
        {
            if (!ReferenceEquals(at, record))
                continue;
            if (before is null)
                _first = at.Next;
            else
                before.Next = at.Next;
            if (ReferenceEquals(_last, at))
                _last = before;
            at.Next = null;
            Count--;
            return;
        }
    }
}
