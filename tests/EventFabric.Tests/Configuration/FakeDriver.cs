using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.Tests.Configuration;

/// <summary>A driver that binds options, reads a channel section, and says about capabilities, topology and errors what a test tells it.</summary>
internal sealed class FakeDriver(string type = "Fake") : IBrokerDriver
{
    public string Type { get; } = type;

    public Dictionary<Capability, CapabilityCell> Cells { get; } =
        Enum.GetValues<Capability>().ToDictionary(static capability => capability, static capability => new CapabilityCell(capability, Support.Native));

    public List<ConfigurationIssue> Issues { get; } = [];

    public List<FakeConnection> Made { get; } = [];

    public FakeTopology Topology { get; } = new();

    public IBrokerConnection Create(BrokerContext context)
    {
        var connection = new FakeConnection(this, context, context.Bind<FakeOptions>(Read));
        Made.Add(connection);
        return connection;
    }

    public static void Read(SettingsReader reader, FakeOptions options)
    {
        options.Url = reader.Text("Url", "Where it is.", options.Url, required: true);
        options.Password = reader.Text("Password", "The password.", options.Password, secret: true);
        options.Lease = reader.Duration("Lease", "How long a lease holds.", options.Lease, TimeSpan.FromSeconds(1), TimeSpan.FromHours(12))!.Value;
        options.Weight = reader.Fraction("Weight", "A share.", options.Weight, 0, 1);
        options.Properties = reader.Map("Properties", "The client's own.", options.Properties);
        var limits = reader.Section("Limits");
        options.Rate = limits.Number("Rate", "A rate.", options.Rate, 1, 10);
        if (options.Url == "nowhere") reader.Problem("Url", "\"nowhere\" is not a place; write a place");
    }
}

internal sealed class FakeOptions
{
    public string? Url { get; set; } = "here";

    public string? Password { get; set; }

    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    public double Weight { get; set; } = 0.5;

    public long? Rate { get; set; }

    public IReadOnlyDictionary<string, string> Properties { get; set; } = ImmutableDictionary<string, string>.Empty;
}

internal sealed class FakeConnection(FakeDriver driver, BrokerContext context, FakeOptions options) : IBrokerConnection, ITopology
{
    public FakeOptions Options { get; } = options;

    public BrokerContext Context { get; } = context;

    public bool IsDisposed { get; private set; }

    public object? ReadChannel(SettingsReader settings) => settings.Number("Partitions", "How many.", 4, 1, 100);

    public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues)
    {
        if (plan.Group is not null)
        {
            foreach (var issue in driver.Issues) issues.Add(issue);
        }

        return [.. driver.Cells.Values];
    }

    public string NameFor(ChannelPlan main, ChannelRole role, int tier) => $"{main.Address}-{main.Group}-dlq";

    public ErrorInfo Classify(Exception error) => new(error is TimeoutException ? ErrorKind.Transient : ErrorKind.NotFound, error.GetType().Name);

    public ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken) =>
        driver.Topology.InspectAsync(plans);

    public ValueTask ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken)
    {
        foreach (var item in items) driver.Topology.There.Add(item.Resource);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}

/// <summary>The addresses that are there.</summary>
internal sealed class FakeTopology
{
    public HashSet<string> There { get; } = [];

    public List<string> Asked { get; } = [];

    /// <summary>What is there and is not as it should be.</summary>
    public List<TopologyItem> Unsafe { get; } = [];

    /// <summary>How many more inspections fail as if the broker were away.</summary>
    public int Away { get; set; }

    public ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans)
    {
        if (Away > 0)
        {
            Away--;
            throw new TimeoutException("no answer");
        }

        Asked.AddRange(plans.Select(static plan => $"{plan.Role}:{plan.Address}:{plan.Group}"));
        return new(
        [
            .. plans.Select(static plan => plan.Address).Distinct().Select(address => new TopologyItem(
                address,
                There.Contains(address) ? TopologyState.Ok : TopologyState.Missing,
                null,
                null,
                null,
                false)),
            .. Unsafe,
        ]);
    }
}
