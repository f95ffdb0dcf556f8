using EventFabric.Testing.Payloads;
using EventFabric.Testing.Spying;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventFabric.Testing.Conformance;

/// <summary>An application that a case describes and then starts, once or several times: what stands in its configuration and in its Program.</summary>
internal sealed class AppPlan
{
    /// <summary>The channel that every plan has.</summary>
    internal const string Main = "main";

    private readonly CaseContext _context;
    private readonly Dictionary<string, string?> _settings = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _subscriptions = [];
    private readonly List<Action<IEventFabricBuilder, CaseApp>> _program = [];

    internal AppPlan(CaseContext context)
    {
        _context = context;
        Address = context.NewAddress("main");
        DeadLetters = context.NewAddress("dlq");
        Group = Fresh("g");
        Source = "/conformance/" + context.Name[..3];
        Root("Source", Source).Root("Group", Group).Root("Provisioning", nameof(Provisioning.Create)).Root("DrainTimeout", "5s");
        foreach (var (key, value) in context.Fixture.Settings) Root("Brokers:default:" + key, value);
        Root($"Channels:{Main}:Address", Address);
        Subscription = AddSubscription(Main);
        With("DeadLetter:Address", DeadLetters).With("Retry:BaseDelay", "20ms").With("Retry:MaxDelay", "100ms");
    }

    /// <summary>Where channel "main" is.</summary>
    internal string Address { get; }

    /// <summary>Where the first subscription's dead letters go.</summary>
    internal string DeadLetters { get; }

    internal string Group { get; }

    internal string Source { get; }

    /// <summary>The first subscription: unique in the process, so that metrics tell cases apart.</summary>
    internal string Subscription { get; }

    /// <summary>True: handlers ask the fixture whether the native type is given.</summary>
    internal bool ChecksNative { get; set; }

    /// <summary>True: notes are handled in batches.</summary>
    internal bool HandlesBatches { get; set; }

    /// <summary>Sets a key below EventFabric.</summary>
    internal AppPlan Root(string key, string? value)
    {
        _settings["EventFabric:" + key] = value;
        return this;
    }

    /// <summary>Sets a key of the first subscription.</summary>
    internal AppPlan With(string key, string? value) => Root($"Subscriptions:{Subscription}:{key}", value);

    /// <summary>Sets a key of channel "main".</summary>
    internal AppPlan Channel(string key, string? value) => Root($"Channels:{Main}:{key}", value);

    /// <summary>Adds lines to the Program.</summary>
    internal AppPlan Program(Action<IEventFabricBuilder, CaseApp> lines)
    {
        _program.Add(lines);
        return this;
    }

    /// <summary>Adds a channel at a fresh address. Gives its name.</summary>
    internal string AddChannel(string name)
    {
        Root($"Channels:{name}:Address", _context.NewAddress(name));
        return name;
    }

    /// <summary>Adds a subscription to a channel. Gives its name.</summary>
    internal string AddSubscription(string channel)
    {
        var name = Fresh("s");
        _subscriptions.Add(name);
        Root($"Subscriptions:{name}:Channel", channel);
        if (!_context.IsProbing && _context.Profile.Ordering == OrderingMode.None) Root($"Subscriptions:{name}:Ordering", nameof(OrderingMode.None));
        return name;
    }

    /// <summary>The path of a key of the first subscription, as refusals name it.</summary>
    internal string PathOf(string key) => $"EventFabric:Subscriptions:{Subscription}:{key}";

    /// <summary>Starts the application: what is published to "main" comes to the handler, which acks when there is none.</summary>
    internal Task<CaseApp> StartAsync(CaseHandler? handler = null) =>
        RunAsync(handler ?? (static (_, _) => new ValueTask<Settlement>(Settlement.Ack)), handles: true);

    /// <summary>Starts the application without a handler: it provisions and publishes, and joins no group.</summary>
    internal Task<CaseApp> StartPublisherAsync() => RunAsync(static (_, _) => default, handles: false);

    /// <summary>Builds the application and does not start it.</summary>
    internal CaseApp Build(CaseHandler handler, bool handles = true)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_context.Logs));
        services.AddSingleton(_context.Fixture.Time);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();
        var builder = services.AddEventFabric(configuration.GetSection("EventFabric"))
            .AddJson(PayloadJson.Default)
            .AddSerializer<BlobSerializer>()
            .AddEvent<Note>(Main)
            .AddEvent<Stranger>(Main)
            .AddEvent<Blob>(Main, contentType: Blob.ContentType);
        _context.Fixture.AddAdapter(builder);
        var app = new CaseApp(_context, this, handler);
        services.AddSingleton(app);
        if (handles) AddHandlers(builder, app);
        foreach (var lines in _program) lines(builder, app);
        DriverDecoration.Wrap(services, driver => _context.Decorate(driver, app));
        app.Own(services.BuildServiceProvider());
        return app;
    }

    private static string Fresh(string prefix) => prefix + Guid.CreateVersion7().ToString("N")[^10..];

    private void AddHandlers(IEventFabricBuilder builder, CaseApp app)
    {
        foreach (var subscription in _subscriptions)
        {
            if (HandlesBatches) builder.AddBatchHandler<Note, NoteBatchHandler>(subscription);
            else builder.AddHandler<Note>(subscription, app.HandleAsync);
            builder.AddHandler<Blob>(subscription, app.HandleAsync);
        }
    }

    private async Task<CaseApp> RunAsync(CaseHandler handler, bool handles)
    {
        var app = Build(handler, handles);
        await app.StartAsync().ConfigureAwait(false);
        return app;
    }
}
