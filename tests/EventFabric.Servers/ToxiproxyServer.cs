using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EventFabric.Servers;

/// <summary>A proxy before a server that cuts, slows and delays connections; found in the folder of servers, else in PATH.</summary>
public sealed class ToxiproxyServer : IAsyncDisposable
{
    /// <summary>How to get one where there is none.</summary>
    public const string Remedy = "no toxiproxy-server was found: name a folder with bin/toxiproxy-server in EVENTFABRIC_BROKERS, or put it into PATH";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ServerProcess _process;
    private readonly HttpClient _api;

    private ToxiproxyServer(ServerProcess process, int port) =>
        (_process, _api) = (process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") });

    /// <summary>Finds and starts it; null: there is none, and <see cref="Remedy"/> says what to do.</summary>
    public static async Task<ToxiproxyServer?> FindAsync(CancellationToken cancellationToken)
    {
        if ((Installations.InFolder("bin", "toxiproxy-server") ?? Installations.InPath("toxiproxy-server")) is not { } program)
            return null;
        var port = ServerProcess.FreePort();
        var process = ServerProcess.Start(program, ["-host", "127.0.0.1", "-port", $"{port}"]);
        await process.UntilListeningAsync(port, Patience, cancellationToken);
        return new ToxiproxyServer(process, port);
    }

    /// <summary>Lets a port of this machine stand before another.</summary>
    public Task OpenAsync(string name, int listen, int upstream, CancellationToken cancellationToken) => PostAsync(
        "/proxies",
        new JsonObject { ["name"] = name, ["listen"] = $"127.0.0.1:{listen}", ["upstream"] = $"127.0.0.1:{upstream}", ["enabled"] = true },
        cancellationToken);

    /// <summary>Closes every connection and accepts none.</summary>
    public Task CutAsync(string name, CancellationToken cancellationToken) => PostAsync($"/proxies/{name}", new JsonObject { ["enabled"] = false }, cancellationToken);

    /// <summary>Adds a fault in both directions.</summary>
    /// <param name="name">The proxy.</param>
    /// <param name="toxic">The fault: <c>latency</c>, <c>bandwidth</c>, <c>timeout</c>...</param>
    /// <param name="attribute">Its one attribute: <c>latency</c> in ms, <c>rate</c> in KB/s, <c>timeout</c> in ms (0: data stops and connections stay open).</param>
    /// <param name="value">The attribute's value.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AddAsync(string name, string toxic, string attribute, int value, CancellationToken cancellationToken)
    {
        foreach (var stream in (string[])["upstream", "downstream"])
            await PostAsync($"/proxies/{name}/toxics", new JsonObject { ["type"] = toxic, ["stream"] = stream, ["attributes"] = new JsonObject { [attribute] = value } }, cancellationToken);
    }

    /// <summary>Takes every fault away and lets every proxy accept again.</summary>
    public Task HealAsync(CancellationToken cancellationToken) => PostAsync("/reset", [], cancellationToken);

    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return _process.DisposeAsync();
    }

    private async Task PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var answer = await _api.PostAsJsonAsync(path, body, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"toxiproxy, {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }
}
