using EventFabric.Configuration.Plans;
using EventFabric.Scheduling;
using EventFabric.Simulation.Story;
using EventFabric.Subscribing;
using EventFabric.Testing;
using EventFabric.Testing.Spying;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Simulation.World;

/// <summary>A process of a group: the real engine, from the container on.</summary>
internal sealed class Member
{
    private readonly SimulationWorld _world;
    private readonly ServiceProvider _services;
    private readonly ISubscriptionLoop _loop;

    public Member(SimulationWorld world, GroupOracle group, string name, FaultPlan faults)
    {
        (_world, Group, Name, Faults) = (world, group, name, faults);
        var services = new ServiceCollection();
        services.AddSingleton<WorkScheduler>(world.Scheduler);
        var section = new ConfigurationBuilder().AddInMemoryCollection(world.Settings.Configuration(group.Name)).Build().GetSection("EventFabric");
        var builder = services.AddEventFabric(section).AddInMemory(world.Broker).DeadLetterOn<FinalException>();
        builder.AddEvent<SimEvent>("events", static sent => sent.Key, "sim.event");
        if (world.Settings.Batches)
        {
            services.AddSingleton(new SimBatchHandler(world, this));
            builder.AddBatchHandler<SimEvent, SimBatchHandler>("work");
        }
        else
        {
            builder.AddHandler<SimEvent>("work", new SimHandler(world, this).HandleAsync);
        }

        DriverDecoration.Wrap(services, driver => new SpyDriver(new FaultDriver(driver, faults), this));
        _services = services.BuildServiceProvider();
        var plan = _services.GetRequiredService<FabricPlanSource>().Get();
        _loop = _services.GetRequiredService<ISubscriptionLoopFactory>().Create(plan.Subscriptions[0]);
    }

    public GroupOracle Group { get; }

    public string Name { get; }

    public FaultPlan Faults { get; }

    public bool HasCrashed => Faults.HasCrashed;

    /// <summary>Handler calls so far.</summary>
    public int Calls { get; set; }

    public bool IsStopping { get; private set; }

    public Task StartAsync()
    {
        _world.Trace.Add($"{Group.Name} start {Name}");
        return _loop.StartAsync(CancellationToken.None);
    }

    public async Task StopAsync()
    {
        IsStopping = true;
        _world.Trace.Add($"{Group.Name} stop {Name}");
        await _loop.StopAsync(CancellationToken.None).ConfigureAwait(false);
        _world.Trace.Add($"{Group.Name} stopped {Name}");
        await _loop.DisposeAsync().ConfigureAwait(false);
        await _services.DisposeAsync().ConfigureAwait(false);
    }

    public void Crash()
    {
        _world.Trace.Add($"{Group.Name} crash {Name}");
        Faults.Crash();
    }
}
