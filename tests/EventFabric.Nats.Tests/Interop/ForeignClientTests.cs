using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventFabric.Nats.Tests.Fixtures;
using EventFabric.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace EventFabric.Nats.Tests.Interop;

/// <summary>The official client for JavaScript reads what we write, and writes what we read; both agree where a key belongs.</summary>
public sealed class ForeignClientTests
{
    private const int Keys = 16;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Interop");

    private readonly string _address = $"foreign.{Guid.NewGuid():N}";
    private readonly List<Seen> _seen = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_we_write_is_read()
    {
        await InstallAsync();
        using var host = await StartAsync();
        var options = new PublishOptions { Id = "id 1", Key = "schlüssel", Headers = new Dictionary<string, string> { ["x-mine"] = "50% grüße" } };
        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(new ForeignNote("äöü €"), options, Token);
        await UntilAsync(1);
        var line = Assert.Single((await NodeAsync("read", NatsRun.Current.Server.Url, _address, "4")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var read = JsonDocument.Parse(line);
        var headers = read.RootElement.GetProperty("headers");
        Assert.Equal("id%201", headers.GetProperty("ce-id").GetString());
        Assert.Equal("tests.foreign.v1", headers.GetProperty("ce-type").GetString());
        Assert.Equal("application/json", headers.GetProperty("ce-datacontenttype").GetString());
        Assert.Equal("schl%C3%BCssel", headers.GetProperty("ce-partitionkey").GetString());
        Assert.Equal("50%25 grüße", headers.GetProperty("x-mine").GetString());
        Assert.Equal("äöü €", JsonDocument.Parse(read.RootElement.GetProperty("body").GetString()!).RootElement.GetProperty("text").GetString());
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task What_they_write_is_read_and_their_keys_are_where_ours_would_be()
    {
        await InstallAsync();
        using var host = await StartAsync();
        string[] keys = [.. Enumerable.Range(0, Keys).Select(static number => $"schlüssel {number}")];
        await NodeAsync(["write", NatsRun.Current.Server.Url, _address, "4", .. keys]);
        var theirs = await UntilAsync(Keys);
        Assert.All(theirs, static seen => Assert.Equal(("their text", "theirs"), (seen.Text, seen.Mine)));
        Assert.Equal(keys.Order(), theirs.Select(static seen => seen.Key).Order());
        foreach (var key in keys)
            await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(new ForeignNote("ours"), new PublishOptions { Key = key }, Token);
        foreach (var key in (await UntilAsync(Keys * 2)).GroupBy(static seen => seen.Key))
            Assert.True(key.Select(static seen => seen.Partition).Distinct().Count() == 1, $"{key.Key} is in the partitions {string.Join(", ", key.Select(static seen => seen.Partition))}");
        await host.StopAsync(Token);
    }

    private static async Task InstallAsync()
    {
        Assert.SkipWhen(Installations.InPath("node") is null || Installations.InPath("npm") is null, "node and npm are not in PATH");
        if (Directory.Exists(Path.Combine(Folder, "node_modules", "nats")))
            return;
        var (code, output) = await RunAsync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock"]);
        Assert.SkipWhen(code != 0, $"npm could not install the client: {output}");
    }

    private static async Task<string> NodeAsync(params string[] arguments)
    {
        var (code, output) = await RunAsync("node", ["foreign.mjs", .. arguments]);
        Assert.True(code == 0, output);
        return output;
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder })!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromSeconds(90), Token);
        return (process.ExitCode, await output + (process.ExitCode == 0 ? "" : await errors));
    }

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventFabric:Source"] = "/ours",
            ["EventFabric:Brokers:main:Type"] = "Nats",
            ["EventFabric:Brokers:main:Provisioning"] = "Create",
            ["EventFabric:Brokers:main:Nats:Url"] = NatsRun.Current.Server.Url,
            ["EventFabric:Channels:notes:Address"] = _address,
            ["EventFabric:Subscriptions:reader:Channel"] = "notes",
            ["EventFabric:Subscriptions:reader:Group"] = "reader",
        });
        builder.Services.AddEventFabric().AddNats().AddJson(ForeignJson.Default).AddEvent<ForeignNote>("notes").AddHandler<ForeignNote>("reader", (context, _) =>
        {
            lock (_seen)
                _seen.Add(new Seen(context.Key, context.Data.Text, context.Headers.TryGetValue("x-mine", out var mine) ? mine : null, context.Position.Partition));
            return new(Settlement.Ack);
        });
        var host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }

    private async Task<List<Seen>> UntilAsync(int count)
    {
        await Wait.UntilAsync(() => Snapshot().Count >= count, () => string.Join('\n', Snapshot()));
        return Snapshot();
    }

    private List<Seen> Snapshot()
    {
        lock (_seen)
            return [.. _seen];
    }

    private sealed record Seen(string? Key, string Text, string? Mine, string? Partition);
}

[EventType("tests.foreign.v1")]
internal sealed record ForeignNote(string Text);

[JsonSerializable(typeof(ForeignNote))]
internal sealed partial class ForeignJson : JsonSerializerContext;
