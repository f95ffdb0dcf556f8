using System.Text;
using EventFabric.Configuration.Plans;
using EventFabric.InMemory;
using EventFabric.Scheduling;
using EventFabric.Subscribing;
using EventFabric.Tests.InMemory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Tests.Engine;

/// <summary>The engine of one subscription, from the container on, over the in-memory broker: on the test's thread and clock.</summary>
internal sealed class SubscriptionRig : IDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly SynchronizationContext? _context = SynchronizationContext.Current;
    private readonly ServiceProvider _services;
    private ISubscriptionLoop? _loop;
    private int _sent;

    public SubscriptionRig(InMemoryProfile profile, Action<IEventFabricBuilder> handlers, params (string Key, string Value)[] settings)
    {
        // With the test framework's context continuations would go to the pool.
        SynchronizationContext.SetSynchronizationContext(null);
        Profile = profile;
        var pairs = new Dictionary<string, string?>
        {
            ["EventFabric:Source"] = "/tests",
            ["EventFabric:Group"] = "g",
            ["EventFabric:Brokers:default:Type"] = "InMemory",
            ["EventFabric:Brokers:default:Provisioning"] = "Assume",
            ["EventFabric:Brokers:default:InMemory:Profile"] = profile.ToString(),
            ["EventFabric:Brokers:default:InMemory:Lease"] = "30s",
            ["EventFabric:Channels:a:Address"] = "a",
            ["EventFabric:Subscriptions:work:Channel"] = "a",
        };
        foreach (var (key, value) in settings)
            pairs[$"EventFabric:Subscriptions:work:{key}"] = value;
        Broker.Create("a", 1);
        Broker.Create(DeadLetters, 1);
        var services = new ServiceCollection();
        services.AddSingleton<WorkScheduler>(Scheduler);
        var builder = services.AddEventFabric(new ConfigurationBuilder().AddInMemoryCollection(pairs).Build().GetSection("EventFabric")).AddInMemory(Broker);
        builder.AddEvent<string>("a", type: "text");
        handlers(builder);
        _services = services.BuildServiceProvider();
        Plan = _services.GetRequiredService<FabricPlanSource>().Get().Subscriptions[0];
    }

    public static string DeadLetters => "a-g-dlq";

    public InMemoryProfile Profile { get; }

    public EngineScheduler Scheduler { get; } = new();

    public InMemoryBroker Broker { get; } = new();

    public SubscriptionPlan Plan { get; }

    public void Start()
    {
        _loop = _services.GetRequiredService<ISubscriptionLoopFactory>().Create(Plan);
        var started = _loop.StartAsync(CancellationToken.None);
        Scheduler.Run();
        if (!started.IsCompletedSuccessfully)
            throw new InvalidOperationException("The subscription did not start.", started.Exception);
    }

    /// <summary>Ends the subscription as a stop does; time passes while it does.</summary>
    public void Stop()
    {
        var stopped = _loop!.StopAsync(CancellationToken.None);
        Scheduler.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        if (!stopped.IsCompletedSuccessfully)
            throw new InvalidOperationException("The subscription did not stop.", stopped.Exception);
    }

    public void Send(string? key, string text)
    {
        KeyValuePair<string, byte[]>[] headers =
        [
            new("ce_specversion", "1.0"u8.ToArray()), new("ce_id", Encoding.UTF8.GetBytes($"{++_sent}")), new("ce_type", "text"u8.ToArray()),
            new("ce_source", "/tests"u8.ToArray()), new("content-type", "application/json"u8.ToArray()),
        ];
        Broker.Append("a", new InMemoryRecord(key is null ? null : Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"\"{text}\""), headers));
        Scheduler.Run();
    }

    /// <summary>What another member of the group is given now.</summary>
    public IReadOnlyList<string> Others(string? group = "g", string address = "a")
    {
        var connection = new InMemoryConnection(Broker, new InMemoryOptions { Profile = Profile, Lease = Lease }, 253_952, Scheduler);
        var opened = connection.OpenReceiverAsync(InMemoryHarness.Plan(address, group), new RecordingEvents(), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        Scheduler.Run();
        var received = opened.ReceiveAsync(100).AsTask();
        Scheduler.Run();
        List<string> bodies = received.IsCompleted && received.GetAwaiter().GetResult() is { } batch
            ? [.. batch.Records.ToArray().Select(static record => Encoding.UTF8.GetString(record.Body.Span).Trim('"'))]
            : [];
        _ = opened.DisposeAsync().AsTask();
        Scheduler.Run();
        return bodies;
    }

    public void Dispose()
    {
        var disposed = _services.DisposeAsync().AsTask();
        Scheduler.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        SynchronizationContext.SetSynchronizationContext(_context);
        if (!disposed.IsCompletedSuccessfully)
            throw new InvalidOperationException("The container was not disposed.", disposed.Exception);
    }
}
