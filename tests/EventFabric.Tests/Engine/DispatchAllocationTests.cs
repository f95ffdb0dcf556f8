using System.Diagnostics;
using System.Reflection;
using EventFabric.Drivers;
using EventFabric.Envelope;
using EventFabric.Scheduling;
using EventFabric.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace EventFabric.Tests.Engine;

/// <summary>What an event costs between the driver's batch and its settlement, in bytes. Measured on one thread, and on optimized code only.</summary>
public sealed class DispatchAllocationTests
{
    private const int Records = 64;

    private static readonly bool IsOptimized =
        typeof(WorkScheduler).Assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };

    [Theory]
    [InlineData(0, false)]
    [InlineData(16, false)]
    [InlineData(0, true)]
    [InlineData(16, true)]
    public async Task A_handled_event_allocates_nothing(int keys, bool unordered)
    {
        Assert.SkipUnless(IsOptimized, "built without optimization, where the compiler boxes what it would not box");
        var batch = new RepeatedBatch([.. Enumerable.Range(0, Records).Select(number => Record(keys, number))]);
        var driver = new RepeatingDriver(batch);
        var scheduler = new EngineScheduler { Inline = true };
        var handled = 0L;
        await using var services = Build(driver, scheduler, unordered, () => handled++);
        var host = services.GetServices<IHostedService>().Single();
        var starting = host.StartAsync(TestContext.Current.CancellationToken);
        scheduler.Run();
        await starting;
        scheduler.Run();
        var handedOver = 0L;

        var bytes = AllocationGate.BytesPerCall(
            () =>
            {
                handedOver += Records;
                driver.HandOver();
                scheduler.Run();
            },
            calls: 500);

        Assert.Equal(handedOver, handled);
        Assert.Equal(handedOver / Records, batch.Recycled);
        Assert.Equal(0, bytes);
        var stopping = host.StopAsync(TestContext.Current.CancellationToken);
        scheduler.Run();
        await stopping;
        Assert.Equal(handedOver - 1, driver.Settled.Major);
    }

    private static InboundRecord Record(int keys, int number) => new()
    {
        Headers = Headers(),
        Body = new byte[16],
        Key = keys == 0 ? default : new[] { (byte)(number % keys) },
        Flags = keys == 0 ? RecordFlags.None : RecordFlags.HasKey,
    };

    private static ServiceProvider Build(RepeatingDriver driver, WorkScheduler scheduler, bool unordered, Action handled)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("EventFabric:Source", "/tests"),
            new("EventFabric:Group", "tests"),
            new("EventFabric:Brokers:main:Type", "Repeating"),
            new("EventFabric:Channels:measured:Address", "measured"),
            new("EventFabric:Subscriptions:all:Channel", "measured"),
            new("EventFabric:Subscriptions:all:Ordering", unordered ? "None" : "PerKey"),
        ]).Build());
        services.AddSingleton(scheduler);
        services.AddSingleton<IBrokerDriver>(driver);
        Register(services.AddEventFabric()).AddHandler<Publishing.Measured>("all", (_, _) =>
        {
            handled();
            return new(Settlement.Ack);
        });
        return services.BuildServiceProvider();
    }

    private static IEventFabricBuilder Register(IEventFabricBuilder builder) => builder
        .AddSerializer<Publishing.MeasuredSerializer>()
        .AddEvent<Publishing.Measured>("measured", contentType: "application/x-measured");

    private static HeaderBlock Headers()
    {
        var services = new ServiceCollection();
        Register(services.AddEventFabric());
        using var provider = services.BuildServiceProvider();
        var encoder = new EnvelopeEncoder(provider.GetRequiredService<EventTypeRegistry>().Find<Publishing.Measured>()!, "/tests", RepeatingDriver.Binding, ContentMode.Binary);
        return encoder.WriteTemplate(new byte[encoder.MaxTemplateLength], Guid.CreateVersion7(), 1_800_000_000_000, out _);
    }
}
