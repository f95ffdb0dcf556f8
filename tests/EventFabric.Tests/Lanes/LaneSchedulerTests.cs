using EventFabric.Lanes;
using Xunit;

namespace EventFabric.Tests.Lanes;

public sealed class LaneSchedulerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Everything_that_comes_in_is_run_once(bool inline)
    {
        var bench = new LaneBench(new LaneLimits(4, 1_000, 1_000_000), inline);
        bench.Add([.. Enumerable.Range(0, 500).Select(static i => new TestRecord(i, i % 7))]);
        bench.Add([.. Enumerable.Range(500, 400).Select(static i => new TestRecord(i))]);
        Assert.Equal(Enumerable.Range(0, 900), bench.Finished.Select(static done => done.Number).Order());
        Assert.Equal(900, bench.Settled);
        foreach (var key in bench.Started.Where(static number => number < 500).GroupBy(static number => number % 7))
            Assert.Equal(key.Order(), key);
    }

    [Fact]
    public void No_more_handlers_run_than_the_limit_says()
    {
        var bench = new LaneBench(new LaneLimits(3, 100, 1_000_000)) { Handle = static _ => RunResult.Pending };
        bench.Add([.. Enumerable.Range(0, 10).Select(static i => new TestRecord(i))]);
        for (var done = 0; done < 10; done++)
        {
            Assert.Equal(Math.Min(3, 10 - done), bench.Suspended.Count);
            bench.Resume(bench.Suspended.Keys.First());
        }

        Assert.Equal(10, bench.Finished.Count);
        Assert.Equal(3, bench.Workers);
    }

    [Fact]
    public void A_handler_that_suspends_keeps_its_key_and_nothing_else()
    {
        var bench = new LaneBench(new LaneLimits(2, 100, 1_000_000), inline: true) { Handle = static record => record.Number == 0 ? RunResult.Pending : RunResult.Finished };
        bench.Add([.. Enumerable.Range(0, 40).Select(static i => new TestRecord(i, i % 4))]);
        Assert.Equal(Enumerable.Range(0, 40).Where(static i => i % 4 != 0), bench.Finished.Select(static done => done.Number).Order());
        bench.Resume(0);
        Assert.Equal(40, bench.Finished.Count);
    }

    [Fact]
    public void A_failed_record_holds_its_key_until_it_is_done_with()
    {
        var bench = new LaneBench(new LaneLimits(2, 100, 1_000_000)) { Handle = static record => record.Stage == LaneStage.Held ? RunResult.Reported : record.Number == 0 ? RunResult.Held : RunResult.Finished };
        bench.Add(new TestRecord(0, 1), new TestRecord(1, 1), new TestRecord(2, 2));
        Assert.Equal([0, 2], bench.Started.Order());
        bench.Lanes.Retry(bench.Held[0]);
        bench.Scheduler.Run();
        Assert.Equal([2], bench.Finished.Select(static done => done.Number));
        bench.Lanes.Complete(bench.Held[0], Verdict.Ack);
        bench.Scheduler.Run();
        Assert.Equal([2, 0, 1], bench.Finished.Select(static done => done.Number));
    }

    [Fact]
    public async Task There_is_room_for_a_quarter_or_when_workers_are_idle()
    {
        var bench = new LaneBench(new LaneLimits(1, 8, 1_000_000)) { Handle = static _ => RunResult.Pending };
        Assert.Equal(8, await bench.Lanes.WaitForRoomAsync());
        bench.Add([.. Enumerable.Range(0, 8).Select(static i => new TestRecord(i))]);
        var room = bench.Lanes.WaitForRoomAsync().AsTask();
        bench.Resume(0);
        Assert.False(room.IsCompleted, "One place of eight is not worth a fetch.");
        bench.Resume(1);
        Assert.Equal(2, await room.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_idle_worker_makes_any_room_worth_it()
    {
        var bench = new LaneBench(new LaneLimits(4, 4, 1_000_000)) { Handle = static _ => RunResult.Pending };
        bench.Add(new TestRecord(0), new TestRecord(1), new TestRecord(2), new TestRecord(3));
        var room = bench.Lanes.WaitForRoomAsync().AsTask();
        bench.Resume(2);
        Assert.Equal(1, await room.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Bytes_close_the_room_and_one_record_always_fits()
    {
        var bench = new LaneBench(new LaneLimits(4, 100, 10)) { Handle = static _ => RunResult.Pending };
        Assert.Equal(100, await bench.Lanes.WaitForRoomAsync());
        bench.Add(new TestRecord(0, bytes: 1_000));
        var room = bench.Lanes.WaitForRoomAsync().AsTask();
        Assert.False(room.IsCompleted);
        bench.Resume(0);
        Assert.Equal(100, await room.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Held_records_count_as_taken()
    {
        var bench = new LaneBench(new LaneLimits(4, 2, 1_000_000)) { Handle = static _ => RunResult.Held };
        bench.Add(new TestRecord(0, 1), new TestRecord(1, 2));
        var room = bench.Lanes.WaitForRoomAsync().AsTask();
        Assert.False(room.IsCompleted);
        bench.Lanes.Complete(bench.Held[0], Verdict.Ack);
        bench.Scheduler.Run();
        Assert.Equal(1, await room.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Stopping_ends_the_wait_for_room()
    {
        var bench = new LaneBench(new LaneLimits(1, 1, 1_000_000)) { Handle = static _ => RunResult.Pending };
        bench.Add(new TestRecord(0));
        var room = bench.Lanes.WaitForRoomAsync().AsTask();
        bench.Lanes.Stop();
        bench.Scheduler.Run();
        Assert.Equal(0, await room.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Equal(0, await bench.Lanes.WaitForRoomAsync());
    }

    [Fact]
    public void What_has_not_begun_is_dropped_in_the_order_of_its_arrival()
    {
        var bench = new LaneBench(new LaneLimits(1, 100, 1_000_000)) { Handle = static _ => RunResult.Pending };
        bench.Add(new TestRecord(0, 1), new TestRecord(1, 2), new TestRecord(2), new TestRecord(3, 2), new TestRecord(4, 3));
        bench.Lanes.DropQueued(static record => ((TestRecord)record).Number != 2, Verdict.Abandon);
        Assert.Equal([(1, Verdict.Abandon), (3, Verdict.Abandon), (4, Verdict.Abandon)], bench.Finished);
        bench.Resume(0);
        bench.Resume(2);
        Assert.Equal([(0, Verdict.Ack), (2, Verdict.Ack)], bench.Finished.TakeLast(2));
    }

    [Fact]
    public void A_batch_of_a_lane_that_was_busy_is_handed_over_in_time()
    {
        var bench = new LaneBench(new LaneLimits(1, 100, 1_000_000, BatchSize: 10, BatchWait: TimeSpan.FromMilliseconds(100)));
        bench.Handle = record => record.Number == 0 ? RunResult.Pending : RunResult.Finished;
        bench.Add(new TestRecord(0, 1));
        bench.Scheduler.Advance(TimeSpan.FromMilliseconds(100));
        // It comes while its lane runs, and becomes ready only when the lane is left.
        bench.Add(new TestRecord(1, 1));
        bench.Resume(0);
        Assert.Equal([0], bench.Started);
        bench.Scheduler.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal([0, 1], bench.Started);
    }

    [Fact]
    public void A_batch_behind_a_held_record_is_handed_over_in_time()
    {
        var bench = new LaneBench(new LaneLimits(1, 100, 1_000_000, BatchSize: 10, BatchWait: TimeSpan.FromMilliseconds(100)));
        bench.Handle = record => record.Number == 0 ? RunResult.Held : RunResult.Finished;
        bench.Add(new TestRecord(0, 1), new TestRecord(1, 1));
        bench.Scheduler.Advance(TimeSpan.FromMilliseconds(100));
        bench.Lanes.Complete(bench.Held[0], Verdict.Ack);
        bench.Scheduler.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal([0, 1], bench.Started);
    }
}
