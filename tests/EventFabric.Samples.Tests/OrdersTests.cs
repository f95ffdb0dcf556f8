using System.Text.Json;
using Xunit;

namespace EventFabric.Samples.Tests;

/// <summary>The Orders sample keeps its word, and its command line.</summary>
public class OrdersTests
{
    private static readonly string[] Columns =
        ["published", "handled", "retried", "deadLettered", "lost", "orderViolations", "duplicates", "eventsPerSecond"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("in-memory")]
    [InlineData("in-memory-queue")]
    public async Task Every_order_is_accounted_for(string broker)
    {
        var file = Path.GetTempFileName();
        try
        {
            await using var program = SampleProgram.Start("Orders", "--events", "5000", "--keys", "200", "--broker", broker, "--json", file);
            Assert.True(await program.WaitForExitAsync(Token) == 0, program.Output);

            using var table = JsonDocument.Parse(await File.ReadAllTextAsync(file, Token));
            Assert.Equal(Columns, table.RootElement.EnumerateObject().Select(static column => column.Name));
            Assert.Equal(5000, Number(table, "published"));
            Assert.Equal(5000, Number(table, "handled") + Number(table, "deadLettered"));
            Assert.Equal(0, Number(table, "lost"));
            Assert.Equal(0, Number(table, "orderViolations"));
            Assert.InRange(Number(table, "deadLettered"), 1, 50);
            Assert.InRange(Number(table, "retried"), 1, 500);
            Assert.Contains("The promise was kept.", program.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--events must be at least 1.", "--events", "0")]
    [InlineData("--keys must be at least 1.", "--keys", "-3")]
    [InlineData("There is no appsettings.rabbit.json. Known: in-memory, in-memory-queue, kafka, nats.", "--broker", "rabbit")]
    public async Task A_bad_option_is_refused_with_what_is_allowed(string message, params string[] arguments)
    {
        await using var program = SampleProgram.Start("Orders", arguments);
        Assert.NotEqual(0, await program.WaitForExitAsync(Token));
        Assert.Contains(message, program.Output, StringComparison.Ordinal);
    }

    private static double Number(JsonDocument table, string column) => table.RootElement.GetProperty(column).GetDouble();
}
