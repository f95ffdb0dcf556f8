using System.Text;
using EventFabric.Scheduling;
using EventFabric.Simulation.Story;
using EventFabric.Testing;
using EventFabric.Testing.Spying;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Simulation.World;

/// <summary>The process that publishes.</summary>
internal sealed class SimPublisher
{
    private readonly SimulationWorld _world;
    private readonly ServiceProvider _services;
    private readonly IEventPublisher _publisher;
    private readonly List<string?> _keys = [];
    private readonly HashSet<int> _acknowledged = [];
    private readonly List<Task> _running = [];
    private Dictionary<string, int>? _copies;

    public SimPublisher(SimulationWorld world, FaultPlan faults)
    {
        _world = world;
        var services = new ServiceCollection();
        services.AddSingleton<WorkScheduler>(world.Scheduler);
        var section = new ConfigurationBuilder().AddInMemoryCollection(world.Settings.Configuration(group: null)).Build().GetSection("EventFabric");
        services.AddEventFabric(section)
            .AddInMemory(world.Broker)
            .AddEvent<SimEvent>("events", static sent => sent.Key, "sim.event")
            .AddEvent<StrayEvent>("events", static sent => sent.Key, "sim.stray");
        DriverDecoration.Wrap(services, driver => new FaultDriver(driver, faults));
        _services = services.BuildServiceProvider();
        _publisher = _services.GetRequiredService<IEventPublisher>();
    }

    public int Count => _keys.Count;

    public int Failed => _keys.Count - _acknowledged.Count;

    public bool IsAcknowledged(int number) => _acknowledged.Contains(number);

    public string? KeyOf(int number) => _keys[number];

    public bool IsIdle => _running.TrueForAll(static task => task.IsCompleted);

    /// <summary>Publishes the next events: one, or several in one call; now and then one that no handler takes, or that cannot be read.</summary>
    public void Publish(int count)
    {
        var random = _world.Random;
        var events = new List<SimEvent>(count);
        for (var i = 0; i < count; i++)
        {
            var key = random.Next(8) == 0 ? null : $"k{random.Next(_world.Settings.Keys)}";
            events.Add(new SimEvent(_keys.Count, key));
            _keys.Add(key);
            foreach (var group in _world.Groups)
                group.Publish(new HandlerScript(random, _world.Settings));
        }

        if (count > 1)
            _running.Add(PublishBatchAsync(events));
        else if (random.Next(100) < _world.Settings.Trouble / 4)
            Garble(events[0]);
        else
            _running.Add(random.Next(100) < _world.Settings.Trouble / 4 ? PublishStrayAsync(events[0]) : PublishAsync(events[0]));
    }

    /// <summary>How often it is stored: an answer that is lost makes another copy.</summary>
    public int CopiesOf(int number)
    {
        _copies ??= _world.Broker.Read("events")
            .CountBy(static record => Encoding.UTF8.GetString(record.Headers.First(static header => header.Key == "ce_id").Value))
            .ToDictionary();
        return _copies.GetValueOrDefault($"e{number}");
    }

    public async Task DisposeAsync() => await _services.DisposeAsync().ConfigureAwait(false);

    private async Task PublishAsync(SimEvent sent)
    {
        try
        {
            await _publisher.PublishAsync(sent, new PublishOptions { Id = $"e{sent.Number}" }).ConfigureAwait(false);
            Acknowledge(sent.Number);
        }
        catch (PublishException error)
        {
            NotPublished(sent.Number, error);
        }
    }

    private async Task PublishStrayAsync(SimEvent sent)
    {
        foreach (var group in _world.Groups)
            group.Events[sent.Number].IsHandled = _world.Settings.OnUnhandled == UnhandledPolicy.Drop;
        try
        {
            await _publisher.PublishAsync(new StrayEvent(sent.Number, sent.Key), new PublishOptions { Id = $"e{sent.Number}" }).ConfigureAwait(false);
            Acknowledge(sent.Number);
        }
        catch (PublishException error)
        {
            NotPublished(sent.Number, error);
        }
    }

    private async Task PublishBatchAsync(List<SimEvent> events)
    {
        try
        {
            await _publisher.PublishBatchAsync(events, static sent => new PublishOptions { Id = $"e{sent.Number}" }).ConfigureAwait(false);
            foreach (var sent in events)
                Acknowledge(sent.Number);
        }
        catch (PublishException error)
        {
            for (var i = 0; i < events.Count; i++)
            {
                if (error.Results[i].Error is null)
                    Acknowledge(events[i].Number);
                else
                    NotPublished(events[i].Number, error.Results[i].Error!);
            }
        }
    }

    private void Garble(SimEvent sent)
    {
        _keys[sent.Number] = null;
        List<KeyValuePair<string, byte[]>> headers =
        [
            Header("ce_specversion", "1.0"), Header("ce_id", $"e{sent.Number}"), Header("ce_type", "sim.event"), Header("ce_source", "/elsewhere"),
        ];
        _world.Broker.Append("events", new InMemoryRecord(null, "{ no event"u8.ToArray(), headers, Partition: 0));
        Acknowledge(sent.Number);
    }

    private static KeyValuePair<string, byte[]> Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private void Acknowledge(int number)
    {
        _world.Trace.Add($"published e{number}");
        _acknowledged.Add(number);
    }

    private void NotPublished(int number, Exception error) => _world.Trace.Add($"not published e{number}: {error.Message}");
}
