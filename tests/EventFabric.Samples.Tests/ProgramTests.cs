using System.Net;
using System.Net.Http.Json;
using Xunit;

namespace EventFabric.Samples.Tests;

/// <summary>The programs start, do what they show, and stop when told.</summary>
public class ProgramTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Worker")]
    [InlineData("TwoBrokers")]
    [InlineData("BatchWorker")]
    [InlineData("Tenants")]
    [InlineData("AotWorker")]
    public async Task A_worker_starts_and_stops(string name)
    {
        await using var program = SampleProgram.Start(name);
        await program.WaitForAsync("Application started", Token);
        Assert.True(await program.StopAsync(Token) == 0, program.Output);
    }

    [Fact]
    public async Task The_first_steps_publish_and_handle()
    {
        await using var program = SampleProgram.Start("FirstSteps");
        await program.WaitForAsync("Thank you, ada.", Token);
        Assert.True(await program.StopAsync(Token) == 0, program.Output);
    }

    [Fact]
    public async Task The_web_service_publishes()
    {
        await using var program = SampleProgram.Start("WebService", "--urls", "http://127.0.0.1:0");
        var listening = await program.WaitForAsync("Now listening on: ", Token);
        using var client = new HttpClient { BaseAddress = new Uri(listening[(listening.IndexOf("on: ", StringComparison.Ordinal) + 4)..]) };

        using var response = await client.PostAsJsonAsync("/orders", new { OrderId = "o-1", Total = 12m }, Token);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("/orders/o-1", response.Headers.Location?.OriginalString);
        Assert.True(await program.StopAsync(Token) == 0, program.Output);
    }
}
