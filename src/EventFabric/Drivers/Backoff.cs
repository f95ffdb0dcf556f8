using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>
/// How long to wait before the next try: a ceiling that doubles from try to try up to a maximum, and a random delay between zero and that
/// ceiling (full jitter), so that many who failed at once do not come back at once. Immutable; reads no clock.
/// </summary>
[Experimental("EVF9001")]
public sealed class Backoff
{
    /// <summary>Makes a backoff.</summary>
    /// <param name="first">The ceiling after the first failed try; above zero.</param>
    /// <param name="max">The highest ceiling; at least <paramref name="first"/>.</param>
    public Backoff(TimeSpan first, TimeSpan max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(first, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, first);
        First = first;
        Max = max;
    }

    /// <summary>The ceiling after the first failed try.</summary>
    public TimeSpan First { get; }

    /// <summary>The highest ceiling.</summary>
    public TimeSpan Max { get; }

    /// <summary>The most that the wait can be.</summary>
    /// <param name="attempt">How many tries have failed; from 1.</param>
    /// <returns>The ceiling.</returns>
    public TimeSpan Ceiling(int attempt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        var doublings = attempt - 1;
        return doublings >= 62 || First.Ticks > Max.Ticks >> doublings ? Max : TimeSpan.FromTicks(First.Ticks << doublings);
    }

    /// <summary>The wait before the next try.</summary>
    /// <param name="attempt">How many tries have failed; from 1.</param>
    /// <param name="random">Where the jitter comes from.</param>
    /// <returns>Between zero and <see cref="Ceiling"/>, both included.</returns>
    public TimeSpan Next(int attempt, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return TimeSpan.FromTicks(random.NextInt64(Ceiling(attempt).Ticks + 1));
    }
}
