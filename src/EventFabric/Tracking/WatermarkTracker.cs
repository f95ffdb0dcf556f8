using System.Numerics;

namespace EventFabric.Tracking;

/// <summary>
/// The highest contiguous settled position of one tenure of one partition. Records are numbered in the order of their delivery, so that
/// holes between positions (transaction markers, compaction) cost nothing and stall nothing: only what was delivered is waited for.
/// Not thread-safe: its owner holds the lock of the subscription.
/// </summary>
/// <remarks>One bit a record in a ring of words that grows by doubling; completing is a bit set, and the front moves by counting ones.</remarks>
internal sealed class WatermarkTracker
{
    private const int InitialCapacity = 64;
    private ulong[] _done = new ulong[InitialCapacity / 64];
    private Position[] _positions = new Position[InitialCapacity];
    private string?[]? _texts;
    private object?[]? _handles;
    private int _mask = InitialCapacity - 1;
    private Position _last = new(long.MinValue, long.MinValue);
    private Position _front;
    private string? _frontText;
    private object? _frontHandle;

    /// <summary>How many records were added: the sequence of the next one.</summary>
    public long Added { get; private set; }

    /// <summary>The sequence of the first record that is not settled; everything below is.</summary>
    public long Front { get; private set; }

    /// <summary>Records between the first unsettled one and the last added one, settled or not.</summary>
    public int Window => (int)(Added - Front);

    /// <summary>
    /// Takes the next delivered record. False when its position is not above the last one: the broker delivered it again within the
    /// tenure, and the sequence is the one that it has already, or -1 when it is settled.
    /// </summary>
    public bool TryAdd(long major, long minor, string? text, object? handle, out long sequence)
    {
        var position = new Position(major, minor);
        if (position.CompareTo(_last) <= 0)
        {
            sequence = FindUnsettled(position);
            if (sequence >= 0 && (handle is not null || _handles is not null))
                StoreReferences((int)sequence & _mask, text, handle);
            return false;
        }

        if (Added - Front > _mask)
            Grow();
        sequence = Added++;
        var index = (int)sequence & _mask;
        _last = position;
        _positions[index] = position;
        if (text is not null || handle is not null || _handles is not null)
            StoreReferences(index, text, handle);
        return true;
    }

    /// <summary>Settles one record. True when the front moved. Completing twice changes nothing.</summary>
    public bool Complete(long sequence)
    {
        if (sequence < Front || sequence >= Added)
            return false;
        var index = (int)sequence & _mask;
        _done[index >> 6] |= 1UL << (index & 63);
        if (sequence != Front)
            return false;
        Advance();
        return true;
    }

    /// <summary>Whether a record was completed, or lies below the front.</summary>
    public bool IsComplete(long sequence)
    {
        if (sequence < Front)
            return true;
        var index = (int)sequence & _mask;
        return sequence < Added && (_done[index >> 6] & (1UL << (index & 63))) != 0;
    }

    /// <summary>The position of the last record below the front. False while nothing contiguous is settled.</summary>
    public bool TryGetWatermark(out long major, out long minor, out string? text, out object? handle)
    {
        (major, minor, text, handle) = (_front.Major, _front.Minor, _frontText, _frontHandle);
        return Front > 0;
    }

    private void Advance()
    {
        while (Front < Added)
        {
            var index = (int)Front & _mask;
            var word = _done[index >> 6] >> (index & 63);
            // Ones from here on, within this word and within what was added.
            var run = Math.Min(BitOperations.TrailingZeroCount(~word), 64 - (index & 63));
            run = (int)Math.Min(run, Added - Front);
            if (run == 0)
                break;
            var bits = run == 64 ? ulong.MaxValue : ((1UL << run) - 1) << (index & 63);
            _done[index >> 6] &= ~bits;
            Front += run;
        }

        var front = (int)(Front - 1) & _mask;
        _front = _positions[front];
        if (_handles is null)
            return;
        (_frontText, _frontHandle) = (_texts![front], _handles[front]);
    }

    private void Grow()
    {
        var capacity = (_mask + 1) * 2;
        var mask = capacity - 1;
        var done = new ulong[capacity / 64];
        var positions = new Position[capacity];
        var texts = _texts is null ? null : new string?[capacity];
        var handles = _handles is null ? null : new object?[capacity];
        for (var sequence = Front; sequence < Added; sequence++)
        {
            var (from, to) = ((int)sequence & _mask, (int)sequence & mask);
            positions[to] = _positions[from];
            if ((_done[from >> 6] & (1UL << (from & 63))) != 0)
                done[to >> 6] |= 1UL << (to & 63);
            if (handles is not null)
                (texts![to], handles[to]) = (_texts![from], _handles![from]);
        }

        (_done, _positions, _texts, _handles, _mask) = (done, positions, texts, handles, mask);
    }

    private void StoreReferences(int index, string? text, object? handle)
    {
        _texts ??= new string?[_mask + 1];
        _handles ??= new object?[_mask + 1];
        _texts[index] = text;
        _handles[index] = handle;
    }

    private long FindUnsettled(Position position)
    {
        var (low, high) = (Front, Added - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = _positions[(int)middle & _mask].CompareTo(position);
            if (order == 0)
                return IsComplete(middle) ? -1 : middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return -1;
    }

    private readonly record struct Position(long Major, long Minor) : IComparable<Position>
    {
        public int CompareTo(Position other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);
    }
}
