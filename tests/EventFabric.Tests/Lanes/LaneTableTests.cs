using EventFabric.Lanes;
using FsCheck.Xunit;
using Xunit;

namespace EventFabric.Tests.Lanes;

/// <summary>The lanes against a queue for each key.</summary>
public sealed class LaneTableTests
{
    [Property(MaxTest = 200, EndSize = 400)]
    public void Lanes_are_a_queue_for_each_key(int[] steps)
    {
        var model = new LaneModel();
        foreach (var step in steps)
            model.Step(step);
        model.End();
    }

    [Fact]
    public void A_key_that_runs_is_not_taken_again()
    {
        var table = new LaneTable();
        table.Add(new TestRecord(1, key: 1));
        var running = table.Take()!;
        table.Add(new TestRecord(2, key: 1));
        Assert.Null(table.Take());
        var lane = running.Lane!;
        table.Remove(running);
        Assert.Null(table.Take());
        table.Leave(lane);
        Assert.Equal(2, ((TestRecord)table.Take()!).Number);
    }

    [Fact]
    public void A_record_that_was_held_keeps_its_key_waiting()
    {
        var table = new LaneTable();
        table.Add(new TestRecord(1, key: 1));
        table.Add(new TestRecord(2, key: 1));
        table.Add(new TestRecord(3, key: 2));
        var failed = table.Take()!;
        var rest = failed.Next!;
        failed.Next = null;
        LaneTable.Hold(failed);
        table.GiveBack(rest);
        Assert.Equal(3, ((TestRecord)table.Take()!).Number);
        Assert.Null(table.Take());
        table.Retry(failed);
        Assert.Same(failed, table.Take());
        Assert.Null(table.Take());
        table.Remove(failed);
        Assert.Same(rest, table.Take());
    }

    [Fact]
    public void Records_without_a_key_wait_for_nobody()
    {
        var table = new LaneTable();
        for (var i = 0; i < 5; i++)
            table.Add(new TestRecord(i));
        for (var i = 0; i < 5; i++)
            Assert.Equal(i, ((TestRecord)table.Take()!).Number);
        Assert.Equal(5, table.Count);
    }

    [Fact]
    public void A_lane_is_used_again_for_another_key()
    {
        var table = new LaneTable();
        for (var key = 0; key < 100; key++)
        {
            table.Add(new TestRecord(key, key));
            var record = table.Take()!;
            var lane = record.Lane!;
            table.Remove(record);
            table.Leave(lane);
            Assert.Equal(0, table.LaneCount);
        }

        var again = new TestRecord(1, 1_000);
        Assert.Equal(0, AllocationGate.BytesPerCall(() =>
        {
            table.Add(again);
            Assert.Same(again, table.Take());
            var lane = again.Lane!;
            table.Remove(again);
            table.Leave(lane);
        }));
        Assert.True(AllocationGate.BytesPerCall(() => GC.KeepAlive(new TestRecord(1, 1)), calls: 100, untilNothing: false) > 0, "The measurement measures.");
    }
}
