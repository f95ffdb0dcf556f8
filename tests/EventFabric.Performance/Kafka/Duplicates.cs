namespace EventFabric.Performance.Kafka;

/// <summary>How often each record of a supply was handled, over all members of a group.</summary>
internal sealed class Duplicates(int records)
{
    private readonly int[] _seen = new int[records];
    private long _handled;
    private long _distinct;

    public long Handled => Volatile.Read(ref _handled);

    public long Count => Handled - Distinct;

    public long Distinct => Volatile.Read(ref _distinct);

    public void Add(long sequence)
    {
        if (Interlocked.Increment(ref _seen[sequence]) == 1)
            Interlocked.Increment(ref _distinct);
        Interlocked.Increment(ref _handled);
    }
}
