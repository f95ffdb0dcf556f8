using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>Moving a group.</summary>
public sealed class SeekTests
{
    private readonly string _address = NatsHarness.NewAddress();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<OrderingMode, string, int> Places => new()
    {
        { OrderingMode.PerKey, "earliest", 0 },
        { OrderingMode.PerKey, "position 7", 6 },
        { OrderingMode.PerKey, "time of 4", 4 },
        { OrderingMode.None, "earliest", 0 },
        { OrderingMode.None, "position 7", 6 },
        { OrderingMode.None, "time of 4", 4 },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_group_moves_where_it_is_told_and_a_restart_finds_it_there(OrderingMode ordering, string place, int first)
    {
        // What was handed over and not settled comes again when its lease ends.
        await using var nats = new NatsHarness(null, ("Lease", "2s"));
        var plan = NatsHarness.Plan(_address, ordering: ordering);
        await nats.CreateAsync(plan);
        var fourth = await TenAsync(nats);
        await using (var receiver = await nats.OpenAsync(plan))
        {
            var old = await receiver.TakeAsync(10);
            foreach (var record in old)
                Assert.Equal(SettleStatus.Applied, (await receiver.SettleAsync(record.Ref)).Status);
            await ((ISeekable)receiver.Driver).SeekAsync(To(place, fourth), Token);
            Assert.All(old, static record => Assert.True(record.Ref.Owner.IsLost));
            // What is settled late moves nothing.
            Assert.Equal(SettleStatus.LeaseLost, (await receiver.SettleAsync(old[9].Ref)).Status);
            Assert.Equal(Bodies(first), (await receiver.TakeAsync(10 - first)).Select(static record => record.Body).Order());
        }

        var again = await nats.OpenAsync(plan);
        Assert.Equal(Bodies(first), (await again.TakeAsync(10 - first)).Select(static record => record.Body).Order());
    }

    [Fact]
    public async Task The_other_members_of_an_ordered_group_go_along()
    {
        await using var nats = new NatsHarness();
        await using var other = new NatsHarness();
        var plan = NatsHarness.Plan(_address);
        await nats.CreateAsync(plan);
        var first = await nats.OpenAsync(plan);
        var second = await other.OpenAsync(plan);
        await Wait.UntilAsync(() => first.Events.Partitions.Count == 2 && second.Events.Partitions.Count == 2, () => "not shared");
        await nats.SendAsync(_address, [.. Enumerable.Range(0, 40).Select(static i => NatsHarness.Record($"k{i}", $"{i:D2}"))]);
        var seen = new List<string>();
        await Task.WhenAll(TakeAsync(first, 40), TakeAsync(second, 40));
        Assert.Equal(40, seen.Distinct().Count());
        seen.Clear();
        var moved = ((ISeekable)first.Driver).SeekAsync(StartPosition.Earliest, Token).AsTask();
        await Task.WhenAll(moved, TakeAsync(first, 40), TakeAsync(second, 40));
        Assert.Equal(40, seen.Distinct().Count());

        async Task TakeAsync(TestReceiver receiver, int goal)
        {
            while (true)
            {
                var next = receiver.NextAsync(64);
                while (!next.IsCompleted)
                {
                    lock (seen)
                    {
                        if (seen.Distinct().Count() >= goal)
                            return;
                    }

                    await Task.WhenAny(next, Task.Delay(20, Token));
                }

                var batch = await next;
                lock (seen)
                {
                    foreach (ref readonly var record in batch!.Records)
                        seen.Add(Received.Of(in record).Body!);
                }

                batch.Recycle();
            }
        }
    }

    private static IEnumerable<string> Bodies(int first) => Enumerable.Range(first, 10 - first).Select(static i => $"{i}");

    private static StartPosition To(string place, DateTimeOffset fourth) => place switch
    {
        "earliest" => StartPosition.Earliest,
        "time of 4" => StartPosition.At(fourth),
        _ => StartPosition.At(EventPosition.Parse("channel/0/7")),
    };

    /// <summary>Ten records; gives a time between the fourth and the fifth.</summary>
    private async Task<DateTimeOffset> TenAsync(NatsHarness nats)
    {
        var fourth = default(DateTimeOffset);
        for (var i = 0; i < 10; i++)
        {
            if (i == 4)
            {
                for (fourth = DateTimeOffset.UtcNow.AddMilliseconds(5); DateTimeOffset.UtcNow < fourth;)
                    await Task.Yield();
            }

            await nats.SendAsync(_address, NatsHarness.Record($"k{i}", $"{i}"));
        }

        return fourth;
    }
}
