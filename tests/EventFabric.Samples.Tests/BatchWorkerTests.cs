using Microsoft.Extensions.DependencyInjection;
using Shop.Contracts;
using Xunit;

namespace EventFabric.Samples.Tests;

/// <summary>The batch handler: a bad row is dead-lettered, the others are inserted.</summary>
public class BatchWorkerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bad_row_does_not_spoil_the_batch()
    {
        var table = new CountingOrderTable();

        var result = await new ToClickHouse(table).HandleAsync([new(new("o-1", 1m)), new(new("o-2", -1m)), new(new("o-3", 3m))], Token);

        Assert.Equal([Settlement.Ack, Settlement.DeadLetter("bad-row", "negative total"), Settlement.Ack], [result[0], result[1], result[2]]);
        Assert.Equal(2, table.Rows);
    }

    [Fact]
    public async Task Rows_reach_the_table_and_bad_ones_the_dead_letters()
    {
        var broker = new InMemoryBroker();
        var table = new CountingOrderTable();
        using var host = await SampleHost.StartAsync(broker, "warehouse", (builder, fabric) =>
        {
            builder.Services.AddSingleton<IOrderTable>(table);
            fabric.AddBatchHandler<OrderPlaced, ToClickHouse>("warehouse");
        }, Token);

        await host.Services.GetRequiredService<IEventPublisher>().PublishBatchAsync(
            Enumerable.Range(0, 100).Select(static i => new OrderPlaced($"o-{i}", i == 50 ? -1m : i)), cancellationToken: Token);

        await SampleHost.UntilAsync(() => table.Rows >= 99 && broker.Read("orders-dead").Count >= 1, "all rows", Token);
        Assert.Equal(99, table.Rows);
        Assert.Single(broker.Read("orders-dead"));
        await host.StopAsync(Token);
    }
}
