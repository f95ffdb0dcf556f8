using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using NATS.Client.JetStream.Models;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>Looking at a stream while others change it.</summary>
public sealed class BrowseTests : IAsyncDisposable
{
    private readonly string _address = NatsHarness.NewAddress();
    private readonly RawNats _raw = new(NatsRun.Current.Server.Url);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Stream => RawNats.StreamOf(_address);

    private ChannelPlan Plan => NatsHarness.Plan(_address, mode: ReceiveMode.Browse);

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    public async Task A_look_ends_also_where_a_record_is_deleted_under_way(int which)
    {
        await using var nats = await OpenAsync();
        var receiver = await nats.OpenAsync(Plan);
        await _raw.JetStream.DeleteMessageAsync(Stream, new StreamMsgDeleteRequest { Seq = (ulong)which }, Token);
        Assert.Equal(Enumerable.Range(1, 10).Where(number => number != which).Select(static number => $"{number}"), (await receiver.TakeAllAsync()).Select(static record => record.Body));
    }

    [Fact]
    public async Task A_look_whose_consumer_is_gone_ends_with_an_error()
    {
        await using var nats = await OpenAsync();
        var receiver = await nats.OpenAsync(Plan);
        await foreach (var consumer in _raw.JetStream.ListConsumerNamesAsync(Stream, Token))
            await _raw.JetStream.DeleteConsumerAsync(Stream, consumer, Token);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => receiver.NextAsync(1).WaitAsync(Wait.Patience));
        Assert.True(nats.Connection.Classify(error).Kind == ErrorKind.NotFound, $"{error}");
    }

    public ValueTask DisposeAsync() => _raw.DisposeAsync();

    private async Task<NatsHarness> OpenAsync()
    {
        var nats = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        await nats.SendAsync(_address, [.. Enumerable.Range(1, 10).Select(static number => NatsHarness.Record("k", $"{number}"))]);
        return nats;
    }
}
