using System.Text.Json;
using Xunit;

namespace EventFabric.Samples.Tests;

/// <summary>The Orders sample on real brokers: the same program, with another appsettings file.</summary>
public sealed class BrokerOrdersTests(BrokerRun brokers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kafka")]
    [InlineData("nats")]
    public async Task Every_order_is_accounted_for_also_after_a_crash(string broker)
    {
        var environment = await brokers.SettingsAsync(broker);
        // Addresses of their own: other tests use the broker too.
        var address = $"orders-{Guid.NewGuid():N}";
        environment["EventFabric__Channels__orders__Address"] = address;
        environment["EventFabric__Channels__deadOrders__Address"] = address + "-dead";
        environment["EventFabric__Subscriptions__fulfilment__DeadLetter__Address"] = address + "-dead";
        var file = Path.GetTempFileName();
        try
        {
            await using (var killed = SampleProgram.Start("Orders", environment, "--events", "200000", "--broker", broker))
            {
                await killed.WaitForAsync(" published, ", Token);
                await killed.KillAsync(Token);
            }

            await using var program = SampleProgram.Start("Orders", environment, "--events", "3000", "--keys", "200", "--broker", broker, "--json", file);
            Assert.True(await program.WaitForExitAsync(Token) == 0, program.Output);
            using var table = JsonDocument.Parse(await File.ReadAllTextAsync(file, Token));
            Assert.Equal(3000, Number(table, "handled") + Number(table, "deadLettered"));
            Assert.Equal(0, Number(table, "lost"));
            Assert.Equal(0, Number(table, "orderViolations"));
            Assert.Contains("of an earlier run", program.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Number(JsonDocument table, string column) => table.RootElement.GetProperty(column).GetDouble();
}
