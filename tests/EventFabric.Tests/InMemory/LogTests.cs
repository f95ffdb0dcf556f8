using System.Text;
using EventFabric.Drivers;
using Xunit;
using static EventFabric.Tests.InMemory.InMemoryHarness;

namespace EventFabric.Tests.InMemory;

public sealed class LogTests
{
    [Fact]
    public async Task A_record_arrives_as_it_was_sent()
    {
        var harness = new InMemoryHarness();
        var outcomes = await harness.SendAsync(Record("k", "body", ("ce_id", "1"), ("x", "y")));
        await using var receiver = (await harness.OpenAsync()).Receiver;
        var batch = (await receiver.ReceiveAsync(10))!;

        var record = batch.Records[0];
        Assert.Equal(1, batch.Records.Length);
        Assert.Equal("body"u8, record.Body.Span);
        Assert.Equal("k"u8, record.Key.Span);
        Assert.Equal("1"u8, record.Headers.WellKnown(CloudEventAttribute.Id));
        Assert.True(record.Headers.TryGet("x"u8, out var value));
        Assert.Equal("y"u8, value);
        Assert.Equal(RecordFlags.HasKey, record.Flags);
        Assert.Equal(0, record.DeliveryCount);
        Assert.Equal(harness.Scheduler.Clock.GetUtcNow().ToUnixTimeMilliseconds(), record.BrokerTimeMs);
        Assert.Equal(outcomes[0].Position, record.Ref.Position);
        Assert.Equal(SendStatus.Accepted, outcomes[0].Status);
        Assert.Equal(long.MaxValue, batch.LeaseEnds);
        Assert.True(batch.TryGetNative<InMemoryRecord>(0, out var native));
        Assert.Equal("body", Encoding.UTF8.GetString(native.Body!));
        Assert.False(batch.TryGetNative<string>(0, out _));
        batch.Recycle();
    }

    [Fact]
    public async Task A_key_has_one_partition_and_its_order()
    {
        var harness = new InMemoryHarness();
        await using var sender = await harness.OpenSenderAsync();
        var partitions = new HashSet<int>();
        for (var i = 0; i < 50; i++) partitions.Add(harness.Send(sender, Record("customer-7", $"{i}"))[0].Position.Partition);
        Assert.Single(partitions);

        var receiver = await harness.OpenAsync();
        Assert.Equal(Enumerable.Range(0, 50).Select(static i => $"{i}"), receiver.DrainBodies());
    }

    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void A_key_has_the_partition_that_Kafka_gives_it(string key, int murmur2) =>
        Assert.Equal((murmur2 & 0x7fffffff) % 1000, KeyPartition.Of(Encoding.UTF8.GetBytes(key), 1000));

    [Fact]
    public async Task Records_without_a_key_go_round_the_partitions()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 4 });
        var outcomes = await harness.SendAsync([.. Enumerable.Range(0, 8).Select(static i => Record(null, $"{i}"))]);
        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3], outcomes.Select(static outcome => outcome.Position.Partition));
    }

    [Fact]
    public async Task What_is_not_settled_comes_again_and_what_is_settled_does_not()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 1 });
        await harness.SendAsync(Record("k", "1"), Record("k", "2"), Record("k", "3"));
        var first = await harness.OpenAsync();
        var seen = first.Drain();
        Assert.Equal(SettleStatus.Applied, first.Settle(seen[1].Ref));
        Assert.Equal(SettleStatus.AlreadySettled, first.Settle(seen[0].Ref));
        await first.DisposeAsync();

        var second = await harness.OpenAsync();
        Assert.Equal(["3"], second.DrainBodies());
    }

    [Fact]
    public async Task A_settle_of_an_old_tenure_moves_nothing()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 1 });
        await harness.SendAsync(Record("k", "1"));
        var first = await harness.OpenAsync();
        var seen = first.Drain();
        first.Faults.Revoke(null);
        harness.Scheduler.Run();

        Assert.True(seen[0].Ref.Owner.IsLost);
        Assert.Equal(SettleStatus.LeaseLost, first.Settle(seen[0].Ref));
        var again = first.Drain();
        Assert.Equal("1", Assert.Single(again).Body);
        Assert.NotSame(seen[0].Ref.Owner, again[0].Ref.Owner);
        Assert.Equal(SettleStatus.Applied, first.Settle(again[0].Ref));
    }

    [Fact]
    public async Task A_position_that_was_not_delivered_cannot_be_settled()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 1 });
        await harness.SendAsync(Record("k", "1"), Record("k", "2"));
        var receiver = await harness.OpenAsync();
        var seen = receiver.Receive(1)!;
        var beyond = seen[0].Ref with { Position = seen[0].Ref.Position with { Major = 1 } };
        Assert.Equal(SettleStatus.Failed, receiver.Settle(beyond));
        Assert.Equal(SettleStatus.Failed, receiver.Settle(seen[0].Ref, SettleKind.Release));
        Assert.Equal(SettleStatus.Applied, receiver.Settle(seen[0].Ref));
    }

    [Fact]
    public async Task A_waiting_receive_is_woken_by_the_next_record_and_by_stop()
    {
        var harness = new InMemoryHarness();
        var receiver = await harness.OpenAsync();
        Assert.Empty(receiver.Receive()!);
        await harness.SendAsync(Record("k", "1"));
        Assert.Equal("1", Assert.Single(receiver.Receive()!).Body);

        Assert.Empty(receiver.Receive()!);
        await receiver.Receiver.StopAsync(CancellationToken.None);
        Assert.Null(receiver.Receive());
    }

    [Fact]
    public async Task A_closed_partition_gives_nothing_until_it_is_opened()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 2 });
        var receiver = await harness.OpenAsync();
        var closed = receiver.Events.Owned[0];
        receiver.Receiver.SetFlow(closed, open: false);
        await harness.SendAsync(Record(null, "0"), Record(null, "1"));
        Assert.Equal(["1"], receiver.DrainBodies());
        receiver.Receiver.SetFlow(closed, open: true);
        Assert.Equal(["0"], receiver.DrainBodies());
    }

    [Fact]
    public async Task A_start_counts_only_the_first_time()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 1 });
        await harness.SendAsync(Record("k", "old"));
        var latest = await harness.OpenAsync(Plan(group: "latest", start: StartPosition.Latest));
        Assert.Empty(latest.Drain());
        await latest.DisposeAsync();
        await harness.SendAsync(Record("k", "new"));
        latest = await harness.OpenAsync(Plan(group: "latest", start: StartPosition.Latest));
        Assert.Equal(["new"], latest.DrainBodies());

        var earliest = await harness.OpenAsync(Plan(group: "earliest"));
        Assert.Equal(["old", "new"], earliest.DrainBodies());
    }

    [Fact]
    public async Task A_group_can_start_at_a_time_and_at_a_position()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 1 });
        await harness.SendAsync(Record("k", "1"));
        harness.Scheduler.Advance(TimeSpan.FromMinutes(1));
        var time = harness.Scheduler.Clock.GetUtcNow();
        await harness.SendAsync(Record("k", "2"));
        var third = (await harness.SendAsync(Record("k", "3")))[0].Position;

        var byTime = await harness.OpenAsync(Plan(group: "time", start: StartPosition.At(time)));
        Assert.Equal(["2", "3"], byTime.DrainBodies());
        var byPosition = await harness.OpenAsync(Plan(group: "position", start: StartPosition.At(third.ToEventPosition("channel", "0"))));
        Assert.Equal(["3"], byPosition.DrainBodies());
    }

    [Fact]
    public async Task Holes_between_positions_hold_nothing_up()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 1, Holes = true });
        var outcomes = await harness.SendAsync([.. Enumerable.Range(0, 100).Select(static i => Record("k", $"{i}"))]);
        var positions = outcomes.Select(static outcome => outcome.Position.Major).ToList();
        Assert.True(positions[^1] > 120, $"There should be holes; the last position is {positions[^1]}.");
        Assert.Equal(positions.Distinct().Order(), positions);

        var browse = await harness.OpenAsync(Plan(mode: ReceiveMode.Browse));
        Assert.Equal(100, browse.Drain().Count);
        Assert.Null(browse.Receive());
        var receiver = await harness.OpenAsync();
        var seen = receiver.Drain();
        Assert.Equal(100, seen.Count);
        Assert.Equal(SettleStatus.Applied, receiver.Settle(seen[^1].Ref));
    }

    [Fact]
    public async Task A_browse_ends_at_the_tail_as_of_open_and_moves_nothing()
    {
        var harness = new InMemoryHarness();
        await harness.SendAsync([.. Enumerable.Range(0, 20).Select(static i => Record(null, $"{i}"))]);
        var browse = await harness.OpenAsync(Plan(mode: ReceiveMode.Browse));
        await harness.SendAsync(Record(null, "later"));
        var seen = browse.Drain();
        Assert.Equal(20, seen.Count);
        Assert.Null(browse.Receive());
        Assert.Equal(SettleStatus.Failed, browse.Settle(seen[0].Ref));
        await browse.DisposeAsync();

        Assert.Equal(21, (await harness.OpenAsync()).Drain().Count);
    }

    [Fact]
    public async Task A_browse_of_nothing_ends_at_once()
    {
        var harness = new InMemoryHarness();
        Assert.Null((await harness.OpenAsync(Plan(mode: ReceiveMode.Browse))).Receive());
    }

    [Fact]
    public async Task A_batch_is_bounded_by_count_and_bytes()
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Partitions = 1 });
        await harness.SendAsync([.. Enumerable.Range(0, 10).Select(static i => Record("k", new string('x', 1000)))]);
        var receiver = await harness.OpenAsync(Plan() with { MaxInFlightBytes = 2500 });
        Assert.Equal(3, receiver.Receive()!.Count);
        Assert.Equal(2, receiver.Receive(2)!.Count);
    }
}
