using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shop.Contracts;
using Xunit;

namespace EventFabric.Samples.Tests;

/// <summary>The worker's handler in the engine: a DbContext per attempt, retries, dead letters.</summary>
public class WorkerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_charge_is_stored_once_though_the_first_attempt_fails()
    {
        var broker = new InMemoryBroker();
        using var host = await StartAsync(broker, new UnreliablePayments(new TimeoutException("busy"), failures: 1));

        await PublishAsync(host.Services, new OrderPlaced("o-1", 12m));

        await SampleHost.UntilAsync(() => Charges(host.Services).Count > 0, "a charge", Token);
        Assert.Equal("o-1", Assert.Single(Charges(host.Services)).OrderId);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task An_invalid_order_is_dead_lettered_with_its_reason()
    {
        var broker = new InMemoryBroker();
        using var host = await StartAsync(broker, new CardPayments());

        await PublishAsync(host.Services, new OrderPlaced("o-1", 0m));

        await SampleHost.UntilAsync(() => broker.Read("orders-dead").Count > 0, "a dead letter", Token);
        Assert.Equal("invalid-total", Header(Assert.Single(broker.Read("orders-dead")), "ef-reason"));
        Assert.Empty(Charges(host.Services));
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task A_validation_exception_is_not_retried()
    {
        var broker = new InMemoryBroker();
        using var host = await StartAsync(broker, new UnreliablePayments(new ValidationException("no such card"), failures: int.MaxValue));

        await PublishAsync(host.Services, new OrderPlaced("o-1", 12m));

        await SampleHost.UntilAsync(() => broker.Read("orders-dead").Count > 0, "a dead letter", Token);
        var letter = Assert.Single(broker.Read("orders-dead"));
        Assert.Equal(typeof(ValidationException).FullName, Header(letter, "ef-reason"));
        Assert.Equal("1", Header(letter, "ef-attempts"));
        await host.StopAsync(Token);
    }

    private static Task<Microsoft.Extensions.Hosting.IHost> StartAsync(InMemoryBroker broker, IPayments payments)
    {
        var database = Guid.NewGuid().ToString();
        return SampleHost.StartAsync(broker, "billing", (builder, fabric) =>
        {
            builder.Services.AddDbContext<ShopDb>(o => o.UseInMemoryDatabase(database)).AddSingleton(payments);
            fabric.AddHandler<OrderPlaced, ChargeCard>("billing").DeadLetterOn<ValidationException>();
        }, Token);
    }

    private static async Task PublishAsync(IServiceProvider services, OrderPlaced order) =>
        await services.GetRequiredService<IEventPublisher>().PublishAsync(order, Token);

    private static List<Charge> Charges(IServiceProvider services)
    {
        using var scope = services.CreateScope();
        return [.. scope.ServiceProvider.GetRequiredService<ShopDb>().Charges.AsNoTracking()];
    }

    private static string Header(InMemoryRecord record, string name) => Encoding.UTF8.GetString(record.Headers.Single(header => header.Key == name).Value);

    private sealed class UnreliablePayments(Exception exception, int failures) : IPayments
    {
        private int _calls;

        public Task<Charge> ChargeAsync(OrderPlaced order, string idempotencyKey, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _calls) <= failures
                ? Task.FromException<Charge>(exception)
                : Task.FromResult(new Charge(idempotencyKey, order.OrderId, order.Total));
    }
}
