using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using NATS.Client.JetStream.Models;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>Members that share a consumer: leases, and what becomes of each record.</summary>
public sealed class SharedTests : IAsyncDisposable
{
    private readonly string _address = NatsHarness.NewAddress();
    private readonly RawNats _raw = new(NatsRun.Current.Server.Url);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // So few that a member fetches nothing ahead, which would be its own record once more.
    private ChannelPlan Plan => NatsHarness.Plan(_address, ordering: OrderingMode.None) with { MaxInFlight = 8 };

    [Fact]
    public async Task Each_record_is_settled_by_itself_and_the_server_agrees()
    {
        await using var nats = await OpenAsync(3);
        var receiver = await nats.OpenAsync(Plan);
        var taken = await receiver.TakeAsync(3);
        Assert.Equal(SettleStatus.Applied, (await receiver.SettleAsync(taken[1].Ref)).Status);
        Assert.Equal(SettleStatus.Applied, (await receiver.SettleAsync(taken[2].Ref, SettleKind.Discard)).Status);
        Assert.Equal(1, (await InfoAsync()).NumAckPending);
        Assert.Equal(SettleStatus.Applied, (await receiver.SettleAsync(taken[0].Ref, SettleKind.Release)).Status);
        var again = Assert.Single(await receiver.TakeAsync(1));
        Assert.Equal(taken[0].Body, again.Body);
        Assert.Equal(taken[0].Ref.Position, again.Ref.Position);
    }

    [Fact]
    public async Task A_record_whose_lease_has_ended_is_settled_no_more_and_goes_to_another()
    {
        await using var nats = await OpenAsync(1, ("Lease", "1s"));
        var first = await nats.OpenAsync(Plan);
        var taken = Assert.Single(await first.TakeAsync(1));
        var second = await nats.OpenAsync(Plan);
        var again = Assert.Single(await second.TakeAsync(1));
        Assert.Equal(taken.Body, again.Body);
        Assert.Equal(SettleStatus.LeaseLost, (await first.SettleAsync(taken.Ref)).Status);
        Assert.Equal(1, (await InfoAsync()).NumAckPending);
        Assert.Equal(SettleStatus.Applied, (await second.SettleAsync(again.Ref)).Status);
    }

    [Fact]
    public async Task A_lease_that_is_extended_does_not_end()
    {
        await using var nats = await OpenAsync(1, ("Lease", "1s"));
        var first = await nats.OpenAsync(Plan);
        var second = await nats.OpenAsync(Plan);
        var taken = Assert.Single(await first.TakeAsync(1));
        var pending = second.NextAsync(1);
        var outcomes = new SettleOutcome[1];
        for (var began = DateTime.UtcNow; DateTime.UtcNow - began < TimeSpan.FromSeconds(3);)
        {
            await ((ILeaseExtender)first.Driver).ExtendAsync(new[] { taken.Ref }, TimeSpan.FromSeconds(1), outcomes, Token);
            Assert.Equal(SettleStatus.Applied, outcomes[0].Status);
        }

        Assert.False(pending.IsCompleted);
        Assert.Equal(SettleStatus.Applied, (await first.SettleAsync(taken.Ref)).Status);
    }

    [Fact]
    public async Task What_was_fetched_and_not_handed_over_is_given_back_at_a_stop()
    {
        await using var nats = await OpenAsync(40);
        var first = await nats.OpenAsync(Plan);
        var taken = await first.TakeAsync(1);
        await first.Driver.StopAsync(Token);
        var second = await nats.OpenAsync(Plan);
        Assert.Equal(39, (await second.TakeAsync(39)).Select(static record => record.Body).Distinct().Count());
        Assert.Equal(SettleStatus.Applied, (await first.SettleAsync(taken[0].Ref)).Status);
    }

    [Fact]
    public async Task A_consumer_that_is_deleted_under_way_ends_the_receiver()
    {
        await using var nats = await OpenAsync(1);
        var receiver = await nats.OpenAsync(Plan);
        await receiver.TakeAsync(1);
        var pending = receiver.NextAsync(1);
        await _raw.JetStream.DeleteConsumerAsync(RawNats.StreamOf(_address), "g", Token);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => pending.WaitAsync(Wait.Patience));
        Assert.Equal(ErrorKind.NotFound, nats.Connection.Classify(error).Kind);
    }

    public ValueTask DisposeAsync() => _raw.DisposeAsync();

    private async Task<ConsumerInfo> InfoAsync() => (await _raw.JetStream.GetConsumerAsync(RawNats.StreamOf(_address), "g", Token)).Info;

    private async Task<NatsHarness> OpenAsync(int records, params (string, string)[] settings)
    {
        var nats = new NatsHarness(null, settings);
        await nats.CreateAsync(Plan);
        await nats.SendAsync(_address, [.. Enumerable.Range(0, records).Select(static i => NatsHarness.Record($"k{i}", $"{i}"))]);
        return nats;
    }
}
