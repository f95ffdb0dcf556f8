using System.Collections.Concurrent;
using System.Text;
using EventFabric.Configuration;
using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using EventFabric.Scheduling;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Nats.Tests.Fixtures;

/// <summary>One connection at the driver's interface, without an engine.</summary>
internal sealed class NatsHarness : IAsyncDisposable
{
    private readonly SettingsSession _session = new(SettingsPass.File);
    private readonly List<IReceiver> _receivers = [];

    /// <param name="configure">What code sets.</param>
    /// <param name="settings">Settings of the adapter's section; the server of the run where no other is named.</param>
    internal NatsHarness(Action<NatsOptions>? configure = null, params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["SessionTimeout"] = "2s" };
        if (!Array.Exists(settings, static setting => setting.Key == "Url"))
            values["Url"] = NatsRun.Current.Server.Url;
        foreach (var (key, value) in settings)
            values[key] = value;
        var services = new ServiceCollection();
        services.AddOptions();
        if (configure is not null)
            services.ConfigureAll(configure);
        var binding = new BrokerBinding(
            "main", new ConfigurationBuilder().AddInMemoryCollection(values).Build(), "EventFabric:Brokers:main:Nats", services.BuildServiceProvider(), _session);
        Context = new BrokerContext(
            "main", new ThreadPoolScheduler(TimeProvider.System), Logs, 1_000_000, binding, (state, cause) => States.Enqueue((state, cause)));
        Connection = new NatsDriver().Create(Context);
        Problems = [.. _session.Problems.Select(static problem => $"{problem}")];
    }

    internal BrokerContext Context { get; }

    internal IBrokerConnection Connection { get; }

    internal IReadOnlyList<string> Problems { get; }

    internal ITopology Topology => (ITopology)Connection;

    internal LogLines Logs { get; } = new();

    internal ConcurrentQueue<(BrokerState State, Exception? Cause)> States { get; } = new();

    internal static string NewAddress() => $"t-{Guid.NewGuid():N}";

    internal static ChannelPlan Plan(string address, string? group = "g", StartPosition start = default, OrderingMode ordering = OrderingMode.PerKey, ReceiveMode mode = ReceiveMode.Consume) => new(
        "channel", address, group, ChannelRole.Main, mode, ordering, start, 64, 16_777_216, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), null);

    internal static OutboundRecord Record(string? key, string? body, params (string Name, string Value)[] headers)
    {
        var writer = new HeaderWriter("ce-");
        foreach (var (name, value) in headers)
            Assert.True(writer.TryAdd(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value)));
        return new OutboundRecord
        {
            Body = Encoding.UTF8.GetBytes(body ?? ""),
            Id = new CloudEventId(Guid.NewGuid()),
            Key = key,
            KeyBytes = Encoding.UTF8.GetBytes(key ?? ""),
            Headers = headers.Length == 0 ? default : writer.Block,
            Flags = (key is null ? RecordFlags.None : RecordFlags.HasKey) | (body is null ? RecordFlags.NullBody : RecordFlags.None),
        };
    }

    /// <summary>Makes the stream of a plan.</summary>
    internal async Task CreateAsync(ChannelPlan plan)
    {
        var token = TestContext.Current.CancellationToken;
        await Topology.ApplyAsync(await Topology.InspectAsync([plan], token), token);
    }

    internal async Task<IReadOnlyList<SendOutcome>> SendAsync(string address, params OutboundRecord[] records)
    {
        await using var sender = await Connection.OpenSenderAsync(Plan(address, group: null), TestContext.Current.CancellationToken);
        return await SendAsync(sender, records);
    }

    internal static async Task<IReadOnlyList<SendOutcome>> SendAsync(ISender sender, params OutboundRecord[] records)
    {
        var batch = new SendBatch(records);
        await sender.SendAsync(batch, CancellationToken.None).AsTask().WaitAsync(Wait.Patience);
        return [.. Enumerable.Range(0, records.Length).Select(batch.Outcome)];
    }

    internal async Task<TestReceiver> OpenAsync(ChannelPlan plan, RecordingEvents? events = null)
    {
        var told = events ?? new RecordingEvents();
        var receiver = await Connection.OpenReceiverAsync(plan, told, TestContext.Current.CancellationToken);
        _receivers.Add(receiver);
        return new TestReceiver(receiver, told);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_receivers.Select(static receiver => receiver.DisposeAsync().AsTask()));
        await Connection.DisposeAsync();
    }
}
