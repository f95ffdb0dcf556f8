using System.Text;
using EventFabric.Nats.Configuration;
using EventFabric.Nats.Receiving;
using EventFabric.Nats.Tests.Fixtures;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>Pulls: how they end, and what is asked next.</summary>
public sealed class PullTests
{
    [Theory]
    [InlineData(OrderingMode.None)]
    [InlineData(OrderingMode.PerKey)]
    public async Task A_pull_that_is_full_by_bytes_is_followed_by_the_next_one_without_a_complaint(OrderingMode ordering)
    {
        var address = NatsHarness.NewAddress();
        // Less than a second pull's worth: so many bytes are the least of one.
        var plan = NatsHarness.Plan(address, ordering: ordering) with { MaxInFlight = 512, MaxInFlightBytes = 1, Settings = NatsChannel.Default with { Partitions = 1 } };
        await using var nats = new NatsHarness();
        await nats.CreateAsync(plan);
        var body = new string('x', 100_000);
        for (var round = 0; round < 5; round++)
            await nats.SendAsync(address, [.. Enumerable.Range(0, 20).Select(_ => NatsHarness.Record("k", body))]);
        var receiver = await nats.OpenAsync(plan);
        var first = await receiver.NextAsync(512).WaitAsync(Wait.Patience);
        var count = first!.Records.Length;
        first.Recycle();
        count += (await receiver.TakeAsync(100 - count)).Count;
        Assert.Equal(100, count);
        Assert.DoesNotContain("the server says", nats.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_partitions_of_a_member_share_the_bytes_that_it_may_have_in_flight()
    {
        var address = NatsHarness.NewAddress();
        await using var nats = new NatsHarness();
        await using var raw = new RawNats(NatsRun.Current.Server.Url);
        await nats.CreateAsync(NatsHarness.Plan(address));
        await using var pulls = await raw.Connection.SubscribeCoreAsync<string>($"$JS.API.CONSUMER.MSG.NEXT.{RawNats.StreamOf(address)}.>", cancellationToken: TestContext.Current.CancellationToken);
        await raw.Connection.PingAsync(TestContext.Current.CancellationToken);
        var receiver = await nats.OpenAsync(NatsHarness.Plan(address));
        var body = "";
        for (var round = 0; !body.Contains("\"max_bytes\":4194304,", StringComparison.Ordinal); round++)
        {
            Assert.True(round < 100, $"Seen last: {body}");
            // All four are pinned sooner or later, and asked for more then.
            await nats.SendAsync(address, [.. Enumerable.Range(0, 40).Select(static i => NatsHarness.Record($"k{i}", $"{i}"))]);
            await receiver.TakeAsync(40);
            body = "";
            while (pulls.Msgs.TryRead(out var pull))
                body += pull.Data;
        }
    }

    [Theory]
    [InlineData("NATS/1.0 404 No Messages\r\n\r\n", 404, "No Messages", true)]
    [InlineData("NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 1\r\n\r\n", 408, "Request Timeout", true)]
    [InlineData("NATS/1.0 409 Batch Completed\r\n\r\n", 409, "Batch Completed", true)]
    [InlineData("NATS/1.0 409 Message Size Exceeds MaxBytes\r\n\r\n", 409, "Message Size Exceeds MaxBytes", true)]
    [InlineData("NATS/1.0 409 Consumer Deleted\r\n\r\n", 409, "Consumer Deleted", false)]
    [InlineData("NATS/1.0 423 Nats-Wrong-Pin-Id\r\n\r\n", 423, "Nats-Wrong-Pin-Id", false)]
    [InlineData("NATS/1.0 503\r\n\r\n", 503, "", false)]
    public void A_status_says_why_a_pull_ended(string headers, int code, string text, bool isUsual)
    {
        var status = PullStatus.Parse(new(Encoding.ASCII.GetBytes(headers)))!.Value;
        Assert.Equal((code, text, isUsual), (status.Code, status.Text, status.IsUsual));
        Assert.Equal(text == "Consumer Deleted", status.IsDeleted);
    }
}
