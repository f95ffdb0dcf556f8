using EventFabric.Drivers;
using Xunit;
using static EventFabric.Tests.InMemory.InMemoryHarness;

namespace EventFabric.Tests.InMemory;

public sealed class RetentionTests
{
    private const long Retained = 1_000_000;

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public async Task What_every_group_has_settled_goes_when_there_is_more_than_is_retained(InMemoryProfile profile)
    {
        var harness = Harness(profile);
        var receiver = await harness.OpenAsync();
        await using var sender = await harness.OpenSenderAsync();
        for (var round = 0; round < 40; round++)
        {
            Fill(harness, sender, 100);
            SettleAll(receiver);
        }

        Assert.InRange(Kept(harness), Retained / 1000, (Retained / 1000) + 400);
    }

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public async Task What_one_group_has_not_settled_stays(InMemoryProfile profile)
    {
        var harness = Harness(profile);
        var slow = await harness.OpenAsync(Plan(group: "slow"));
        var fast = await harness.OpenAsync(Plan(group: "fast"));
        await using var sender = await harness.OpenSenderAsync();
        for (var round = 0; round < 40; round++)
        {
            Fill(harness, sender, 100);
            SettleAll(fast);
        }

        Assert.Equal(4000, Kept(harness));
        Assert.Equal(Enumerable.Range(0, 4000), slow.Drain().Select(static seen => int.Parse(seen.Body!.TrimStart('.'))).Order());
    }

    [Fact]
    public async Task Without_a_group_as_much_is_kept_as_is_retained()
    {
        var harness = Harness(InMemoryProfile.Log);
        await using var sender = await harness.OpenSenderAsync();
        Fill(harness, sender, 4000);
        Assert.InRange(Kept(harness), Retained / 1000, (Retained / 1000) + 400);
        Assert.Equal(Kept(harness), (await harness.OpenAsync()).Drain().Count);
    }

    [Fact]
    public async Task Dead_letters_stay()
    {
        var harness = Harness(InMemoryProfile.Log);
        await using var sender = await harness.OpenSenderAsync(Plan(group: null, role: ChannelRole.DeadLetter));
        Fill(harness, sender, 4000);
        Assert.Equal(4000, Kept(harness));
    }

    [Fact]
    public async Task What_is_being_browsed_stays()
    {
        var harness = Harness(InMemoryProfile.Log);
        await using var sender = await harness.OpenSenderAsync();
        Fill(harness, sender, 800);
        var browse = await harness.OpenAsync(Plan(mode: ReceiveMode.Browse));
        Assert.NotEmpty(browse.Receive(1)!);
        Fill(harness, sender, 4000);
        Assert.Equal(799, browse.Drain().Count);
        await browse.DisposeAsync();
        Fill(harness, sender, 400);
        Assert.InRange(Kept(harness), Retained / 1000, (Retained / 1000) + 400);
    }

    [Fact]
    public async Task A_batch_that_is_out_keeps_its_bytes_though_the_log_has_dropped_them()
    {
        var harness = Harness(InMemoryProfile.Log);
        await using var sender = await harness.OpenSenderAsync();
        Fill(harness, sender, 1);
        var receiver = await harness.OpenAsync();
        var held = (await receiver.Receiver.ReceiveAsync(1))!;
        var expected = held.Records[0].Body.ToArray();
        receiver.Settle(held.Records[0].Ref);
        for (var round = 0; round < 60; round++)
        {
            Fill(harness, sender, 100);
            SettleAll(receiver);
        }

        Assert.True(harness.Broker.Read("a")[0].Offset > 1000, "The log should have dropped the record.");
        Assert.Equal(expected, held.Records[0].Body.ToArray());
        held.Recycle();
    }

    private static InMemoryHarness Harness(InMemoryProfile profile)
    {
        var harness = new InMemoryHarness(new InMemoryOptions { Profile = profile, Partitions = 1, RetentionBytes = Retained });
        return harness;
    }

    private static int Kept(InMemoryHarness harness) => harness.Broker.Read("a").Count;

    private static void Fill(InMemoryHarness harness, ISender sender, int count)
    {
        var next = Kept(harness) is 0 ? 0 : (int)harness.Broker.Read("a")[^1].Offset + 1;
        for (var i = 0; i < count; i++)
            Assert.Equal(SendStatus.Accepted, harness.Send(sender, Record(null, $"{next + i}".PadLeft(1000, '.')))[0].Status);
    }

    private static void SettleAll(TestReceiver receiver)
    {
        var perRecord = receiver.Receiver.Traits.Ack == AckMode.PerRecord;
        var seen = receiver.Drain();
        foreach (var one in perRecord ? seen : [seen[^1]]) Assert.Equal(SettleStatus.Applied, receiver.Settle(one.Ref));
    }
}
