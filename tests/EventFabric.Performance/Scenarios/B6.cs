using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Peers;

namespace EventFabric.Performance.Scenarios;

/// <summary>The commit tracker.</summary>
internal static class B6
{
    public static Scenario Scenario { get; } = new(
        "B6",
        "commit tracker: add in order, complete in shuffled order; one event is one add and one completion",
        "at most 15 / 20 ns at windows of 64 / 4,096, 0 B, at least 8 times both peers",
        [
            Against<SortedSetTracker>(64, "SortedSet"),
            Against<SortedSetTracker>(4096, "SortedSet"),
            Against<LinkedListTracker>(64, "LinkedList + SortedDictionary"),
            Against<LinkedListTracker>(4096, "LinkedList + SortedDictionary"),
        ]);

    private static Comparison Against<TPeer>(int window, string peer)
        where TPeer : struct, ITracker<TPeer> =>
        new($"window {window}", peer, () => new TrackerContender<RingTracker>(window), () => new TrackerContender<TPeer>(window));
}
