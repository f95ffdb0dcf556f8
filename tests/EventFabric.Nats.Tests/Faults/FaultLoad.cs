using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>Applications under load, and an oracle of their own over what was acknowledged and what was handled.</summary>
internal sealed class FaultLoad : IAsyncDisposable
{
    private const int Keys = 16;

    private readonly string _address = $"faults-{Guid.NewGuid():N}";
    private readonly string _url;
    private readonly object _sync = new();
    private readonly HashSet<(string, int)> _acknowledged = [];
    private readonly Dictionary<string, List<int>> _first = [];
    private readonly HashSet<(string, int)> _handled = [];
    private readonly List<IHost> _hosts = [];
    private readonly CancellationTokenSource _end = new();
    private Task _publishing = Task.CompletedTask;
    private int _again;
    private int _refused;

    internal FaultLoad(string url) => _url = url;

    internal int Acknowledged
    {
        get
        {
            lock (_sync)
                return _acknowledged.Count;
        }
    }

    internal async Task StartAsync(int members)
    {
        for (var member = 0; member < members; member++)
            await StartMemberAsync();
        var publisher = await HostAsync(reads: false);
        var events = publisher.Services.GetRequiredService<IEventPublisher>();
        _publishing = Task.WhenAll(Enumerable.Range(0, Keys).Select(key => Task.Run(() => PublishAsync(events, $"k{key}"))));
    }

    internal async Task<IHost> StartMemberAsync() => await HostAsync(reads: true);

    /// <summary>Waits until so many more were acknowledged.</summary>
    internal Task MoreAsync(int count)
    {
        var goal = Acknowledged + count;
        return Wait.UntilAsync(() => Acknowledged >= goal, () => $"{Acknowledged} of {goal} acknowledged");
    }

    /// <summary>Ends the load, waits for what is under way, and says what became of it.</summary>
    internal async Task AssertKeptAsync(string fault)
    {
        await _end.CancelAsync();
        await _publishing;
        await Wait.UntilAsync(
            () =>
            {
                lock (_sync)
                    return _acknowledged.IsSubsetOf(_handled);
            },
            () =>
            {
                lock (_sync)
                    return $"{_acknowledged.Except(_handled).Count()} of {_acknowledged.Count} not handled";
            });
        lock (_sync)
        {
            // What was never acknowledged may have been stored behind what was: it has no place in the order.
            var disordered = _first.Sum(static key => key.Value.Zip(key.Value.Skip(1)).Count(static pair => pair.Second < pair.First));
            Console.WriteLine($"NATS, {fault}: {_acknowledged.Count} acknowledged, {_acknowledged.Except(_handled).Count()} lost, {disordered} out of order, {_again} delivered again, {_refused} publishes refused.");
            Assert.Equal(0, disordered);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var host in _hosts)
        {
            using var quick = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await host.StopAsync(quick.Token);
            host.Dispose();
        }

        _end.Dispose();
    }

    private async Task PublishAsync(IEventPublisher events, string key)
    {
        for (var number = 0; !_end.IsCancellationRequested; number++)
        {
            try
            {
                await events.PublishAsync(new FaultEvent(key, number), new PublishOptions { Key = key });
                lock (_sync)
                    _acknowledged.Add((key, number));
            }
            catch (PublishException)
            {
                Interlocked.Increment(ref _refused);
            }
        }
    }

    private async Task<IHost> HostAsync(bool reads)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventFabric:Source"] = "/faults",
            ["EventFabric:Brokers:main:Type"] = "Nats",
            ["EventFabric:Brokers:main:Provisioning"] = "Create",
            ["EventFabric:Brokers:main:Nats:Url"] = _url,
            ["EventFabric:Brokers:main:Nats:SessionTimeout"] = "2s",
            ["EventFabric:Channels:main:Broker"] = "main",
            ["EventFabric:Channels:main:Address"] = _address,
            ["EventFabric:Subscriptions:reader:Channel"] = "main",
            ["EventFabric:Subscriptions:reader:Group"] = "reader",
            ["EventFabric:Subscriptions:reader:Enabled"] = $"{reads}",
        });
        builder.Services.AddEventFabric().AddNats().AddJson(FaultJson.Default).AddEvent<FaultEvent>("main").AddHandler<FaultEvent>("reader", (context, _) =>
        {
            Handled(context.Data);
            return new(Settlement.Ack);
        });
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private void Handled(FaultEvent handled)
    {
        lock (_sync)
        {
            if (!_handled.Add((handled.Key, handled.Number)))
            {
                _again++;
                return;
            }

            if (!_first.TryGetValue(handled.Key, out var numbers))
                _first.Add(handled.Key, numbers = []);
            numbers.Add(handled.Number);
        }
    }
}

[EventType("tests.fault.v1")]
internal sealed record FaultEvent(string Key, int Number);

[JsonSerializable(typeof(FaultEvent))]
internal sealed partial class FaultJson : JsonSerializerContext;
