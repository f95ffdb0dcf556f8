using System.Collections.Concurrent;
using System.Text;
using EventFabric.Configuration;
using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using EventFabric.Scheduling;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Kafka.Tests.Fixtures;

/// <summary>One connection at the driver's interface, without an engine.</summary>
internal sealed class KafkaHarness : IAsyncDisposable
{
    internal const string Path = "EventFabric:Brokers:main:Kafka";

    private readonly SettingsSession _session = new(SettingsPass.File);
    private readonly List<IReceiver> _receivers = [];

    /// <param name="configure">What code sets.</param>
    /// <param name="settings">Settings of the adapter's section; the broker of the run where no other is named.</param>
    internal KafkaHarness(Action<KafkaOptions>? configure = null, params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["SessionTimeout"] = "6s" };
        if (!Array.Exists(settings, static setting => setting.Key == "BootstrapServers"))
            values["BootstrapServers"] = KafkaRun.Current.Server.BootstrapServers;
        if (Array.Exists(settings, static setting => setting.Key == "GroupProtocol"))
            values.Remove("SessionTimeout");
        foreach (var (key, value) in settings)
            values[key] = value;
        var services = new ServiceCollection();
        services.AddOptions();
        if (configure is not null)
            services.ConfigureAll(configure);
        var binding = new BrokerBinding(
            "main", new ConfigurationBuilder().AddInMemoryCollection(values).Build(), Path, services.BuildServiceProvider(), _session);
        var context = new BrokerContext(
            "main", new ThreadPoolScheduler(TimeProvider.System), Logs, 1_000_000, binding, (state, cause) => States.Enqueue((state, cause)));
        Connection = new KafkaDriver().Create(context);
        Assert.Empty(_session.Problems);
    }

    internal IBrokerConnection Connection { get; }

    internal ITopology Topology => (ITopology)Connection;

    internal LogLines Logs { get; } = new();

    internal ConcurrentQueue<(BrokerState State, Exception? Cause)> States { get; } = new();

    internal static ChannelPlan Plan(string address, string? group = "g", StartPosition start = default, ReceiveMode mode = ReceiveMode.Consume, string name = "channel") => new(
        // A group of one name on every topic would rebalance with the tests beside it.
        name, address, group is null ? null : $"{group}-{address}", ChannelRole.Main, mode, OrderingMode.PerKey, start, 64, 16_777_216, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), null);

    internal static OutboundRecord Record(string? key, string? body, params (string Name, string? Value)[] headers)
    {
        var writer = new HeaderWriter("ce_");
        foreach (var (name, value) in headers)
            Assert.True(writer.TryAdd(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value ?? ""), value is null));
        return new OutboundRecord
        {
            Body = Encoding.UTF8.GetBytes(body ?? ""),
            Key = key,
            KeyBytes = Encoding.UTF8.GetBytes(key ?? ""),
            Headers = headers.Length == 0 ? default : writer.Block,
            Flags = (key is null ? RecordFlags.None : RecordFlags.HasKey) | (body is null ? RecordFlags.NullBody : RecordFlags.None),
        };
    }

    internal async Task<IReadOnlyList<SendOutcome>> SendAsync(string topic, params OutboundRecord[] records)
    {
        await using var sender = await Connection.OpenSenderAsync(Plan(topic, group: null), TestContext.Current.CancellationToken);
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
