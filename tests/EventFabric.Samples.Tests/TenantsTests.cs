using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop.Contracts;
using Xunit;

namespace EventFabric.Samples.Tests;

/// <summary>The tenant travels with the event, and bodies are sealed on the broker.</summary>
public class TenantsTests
{
    private readonly InMemoryBroker _broker = new();
    private readonly AmbientTenant _tenant = new();
    private readonly Deliveries _deliveries = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_handler_sees_the_publishers_tenant_and_the_broker_sees_no_plaintext()
    {
        using var host = await StartAsync();
        _tenant.Current = "acme";

        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(new OrderPlaced("o-1", 12m), Token);

        await SampleHost.UntilAsync(() => _deliveries.All.Count > 0, "a delivery", Token);
        Assert.Equal(("acme", "o-1"), Assert.Single(_deliveries.All));
        Assert.DoesNotContain("o-1", Encoding.UTF8.GetString(Assert.Single(_broker.Read("orders")).Body!), StringComparison.Ordinal);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Without_a_tenant_nothing_is_sent()
    {
        using var host = await StartAsync();

        var thrown = await Assert.ThrowsAsync<UnauthorizedAccessException>(async () =>
            await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(new OrderPlaced("o-1", 12m), Token));

        Assert.Equal("no tenant for shop.order.placed.v1", thrown.Message);
        Assert.Empty(_broker.Read("orders"));
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task An_event_of_another_tenants_key_is_dead_lettered_as_it_was()
    {
        using var host = await StartAsync();
        _tenant.Current = "acme";
        await host.Services.GetRequiredService<IEventPublisher>().PublishAsync(new OrderPlaced("o-1", 12m), Token);
        await SampleHost.UntilAsync(() => _deliveries.All.Count > 0, "a delivery", Token);
        var stored = Assert.Single(_broker.Read("orders"));

        _broker.Append("orders", stored with { Headers = [.. stored.Headers.Select(static h => h.Key.Contains("tenant", StringComparison.Ordinal) ? new(h.Key, "other"u8.ToArray()) : h)] });

        await SampleHost.UntilAsync(() => _broker.Read("orders-dead").Count > 0, "a dead letter", Token);
        Assert.Equal(stored.Body, Assert.Single(_broker.Read("orders-dead")).Body);
        Assert.Single(_deliveries.All);
        await host.StopAsync(Token);
    }

    private Task<IHost> StartAsync() => SampleHost.StartAsync(_broker, "shipping", (builder, fabric) =>
    {
        builder.Services.AddSingleton<ITenantAccessor>(_tenant).AddSingleton<IKeyRing, KeyRing>().AddScoped<TenantScope>().AddSingleton(_deliveries);
        fabric.AddPublishMiddleware<TenantOut>().AddHandlerMiddleware<TenantIn>().AddPayloadTransform<AesGcm1>().AddHandler<OrderPlaced, Remember>("shipping");
    }, Token);

    private sealed class Deliveries
    {
        private readonly List<(string?, string)> _all = [];

        public IReadOnlyList<(string? Tenant, string Order)> All
        {
            get
            {
                lock (_all) return [.. _all];
            }
        }

        public void Add(string? tenant, string order)
        {
            lock (_all) _all.Add((tenant, order));
        }
    }

    private sealed class Remember(TenantScope scope, Deliveries deliveries) : IEventHandler<OrderPlaced>
    {
        public ValueTask<Settlement> HandleAsync(EventContext<OrderPlaced> context, CancellationToken cancellationToken)
        {
            deliveries.Add(scope.Tenant, context.Data.OrderId);
            return new(Settlement.Ack);
        }
    }
}
