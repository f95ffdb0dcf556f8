using EventFabric.Tracking;
using FsCheck.Xunit;
using Xunit;

namespace EventFabric.Tests.Tracking;

/// <summary>The tracker against a sorted set of what is not settled.</summary>
public sealed class WatermarkTrackerTests
{
    [Property(MaxTest = 200, EndSize = 500)]
    public void It_is_the_set_of_what_is_not_settled(int[] steps)
    {
        var model = new TrackerModel();
        foreach (var step in steps)
        {
            model.Step(step);
            model.Check();
        }
    }

    [Property(MaxTest = 100, EndSize = 300)]
    public void Settled_in_any_order_everything_ends_below_the_front(int[] order)
    {
        var tracker = new WatermarkTracker();
        for (var i = 0; i < order.Length; i++)
            Assert.True(tracker.TryAdd(i * 3, 0, null, null, out _));
        foreach (var (_, sequence) in order.Select((key, sequence) => (key, sequence)).OrderBy(static pair => pair.key))
            tracker.Complete(sequence);
        Assert.Equal(order.Length, tracker.Front);
        Assert.Equal(0, tracker.Window);
        Assert.Equal(order.Length > 0, tracker.TryGetWatermark(out var major, out _, out _, out _));
        if (order.Length > 0)
            Assert.Equal((order.Length - 1) * 3, major);
    }

    [Fact]
    public void Nothing_is_settled_before_something_is()
    {
        var tracker = new WatermarkTracker();
        Assert.False(tracker.TryGetWatermark(out _, out _, out _, out _));
        tracker.TryAdd(5, 0, null, null, out var first);
        tracker.TryAdd(6, 0, null, null, out var second);
        Assert.False(tracker.Complete(second));
        Assert.False(tracker.TryGetWatermark(out _, out _, out _, out _));
        Assert.True(tracker.Complete(first));
        Assert.True(tracker.TryGetWatermark(out var major, out _, out _, out _));
        Assert.Equal(6, major);
    }

    [Fact]
    public void A_hole_between_positions_stalls_nothing()
    {
        var tracker = new WatermarkTracker();
        tracker.TryAdd(10, 0, null, null, out var first);
        tracker.TryAdd(1_000_000_000_000, 0, null, null, out var second);
        tracker.Complete(first);
        tracker.Complete(second);
        tracker.TryGetWatermark(out var major, out _, out _, out _);
        Assert.Equal(1_000_000_000_000, major);
    }

    [Fact]
    public void An_unsettled_record_holds_back_any_number_of_settled_ones()
    {
        var tracker = new WatermarkTracker();
        for (var i = 0; i < 10_000; i++)
            tracker.TryAdd(i, 0, null, null, out _);
        for (var i = 1; i < 10_000; i++)
            Assert.False(tracker.Complete(i));
        Assert.Equal(10_000, tracker.Window);
        Assert.True(tracker.Complete(0));
        Assert.Equal(0, tracker.Window);
    }

    [Fact]
    public void Settling_twice_and_settling_what_never_came_change_nothing()
    {
        var tracker = new WatermarkTracker();
        tracker.TryAdd(1, 0, null, null, out var sequence);
        Assert.True(tracker.Complete(sequence));
        Assert.False(tracker.Complete(sequence));
        Assert.False(tracker.Complete(sequence + 1));
        Assert.False(tracker.Complete(-1));
        Assert.Equal(1, tracker.Front);
    }

    [Fact]
    public void A_record_that_comes_again_unsettled_gives_its_new_handle()
    {
        var tracker = new WatermarkTracker();
        tracker.TryAdd(1, 0, null, null, out var sequence);
        var newest = new object();
        Assert.False(tracker.TryAdd(1, 0, null, newest, out var again));
        Assert.Equal(sequence, again);
        tracker.Complete(sequence);
        tracker.TryGetWatermark(out _, out _, out _, out var handle);
        Assert.Same(newest, handle);
    }

    [Fact]
    public void Adding_and_settling_allocate_nothing_within_the_window()
    {
        var tracker = new WatermarkTracker();
        var at = 0;
        Assert.Equal(0, AllocationGate.BytesPerCall(() => Turn(tracker, at, at += 10_000), calls: 10));
        Assert.Equal(at, tracker.Front);
    }

    /// <summary>A window of 64, settled from its end to its beginning.</summary>
    private static void Turn(WatermarkTracker tracker, long from, long to)
    {
        for (var at = from; at < to; at += 50)
        {
            for (var i = at; i < at + 50; i++)
                tracker.TryAdd(i, 0, null, null, out _);
            for (var i = at + 49; i >= at; i--)
                tracker.Complete(i);
        }
    }
}
