using System.Diagnostics.CodeAnalysis;

namespace EventFabric;

/// <summary>
/// A handler's verdict on each event of a batch: one for all, and exceptions by index. Not thread-safe.
/// <code>new BatchSettlement(Settlement.Ack) { [3] = Settlement.DeadLetter("bad-row") }</code>
/// </summary>
public sealed class BatchSettlement
{
    private Dictionary<int, Settlement>? _byIndex;

    /// <summary>Starts with one verdict for all events.</summary>
    /// <param name="others">The verdict on every event that gets none of its own.</param>
    public BatchSettlement(Settlement others)
    {
        Others = others;
    }

    /// <summary>The verdict on every event without one of its own.</summary>
    internal Settlement Others { get; }

    /// <summary>True when no event has a verdict of its own.</summary>
    internal bool IsUniform => _byIndex is null;

    /// <summary>The highest index that was set; -1 when none was.</summary>
    internal int HighestIndex { get; private set; } = -1;

    /// <summary>The verdict on the event at an index of the batch.</summary>
    /// <param name="index">The event's place in the batch, from 0. An index outside the batch makes the whole batch be retried.</param>
    /// <returns>What was set for this index, else the verdict for all others.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    public Settlement this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            return _byIndex is not null && _byIndex.TryGetValue(index, out var settlement) ? settlement : Others;
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            (_byIndex ??= [])[index] = value;
            HighestIndex = Math.Max(HighestIndex, index);
        }
    }

    /// <summary>One verdict for the whole batch, so that a batch handler can <c>return Settlement.Ack</c>.</summary>
    /// <param name="all">The verdict on every event.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor is the alternate.")]
    public static implicit operator BatchSettlement(Settlement all) => new(all);
}
