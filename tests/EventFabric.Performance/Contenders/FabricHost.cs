using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventFabric.Performance.Contenders;

/// <summary>An application with one broker, one channel "events" and one subscription "rig".</summary>
internal sealed class FabricHost : IAsyncDisposable
{
    public const string Channel = "events";
    public const string Subscription = "rig";

    private readonly IHost _host;

    /// <param name="brokerType">The driver.</param>
    /// <param name="settings">Settings below <c>EventFabric</c> that are not at their defaults.</param>
    /// <param name="configure">Registers events, handlers and the driver.</param>
    public FabricHost(string brokerType, IReadOnlyDictionary<string, string?> settings, Action<IEventFabricBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "rig", DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
        [
            new("EventFabric:Group", "rig"),
            new("EventFabric:Brokers:main:Type", brokerType),
            new($"EventFabric:Channels:{Channel}:Broker", "main"),
            new($"EventFabric:Subscriptions:{Subscription}:Channel", Channel),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create("EventFabric:" + setting.Key, setting.Value)));
        configure(builder.Services.AddEventFabric());
        _host = builder.Build();
    }

    public IEventPublisher Publisher => _host.Services.GetRequiredService<IEventPublisher>();

    public Task StartAsync() => _host.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
