using System.Text;
using EventFabric.Drivers;
using EventFabric.InMemory;
using Xunit;

namespace EventFabric.Tests.InMemory;

/// <summary>A store with one connection, driven step by step.</summary>
internal sealed class InMemoryHarness
{
    public InMemoryHarness(InMemoryOptions? options = null, int maxEventBytes = 253_952)
    {
        Options = options ?? new InMemoryOptions();
        Store = new InMemoryConnection(Broker, Options, maxEventBytes, Scheduler);
        Connection = Store;
        Broker.Create("a", Options.Profile == InMemoryProfile.Log ? Options.Partitions : 1);
    }

    public ManualScheduler Scheduler { get; } = new();

    public InMemoryBroker Broker { get; } = new();

    public InMemoryOptions Options { get; }

    public InMemoryConnection Store { get; }

    /// <summary>What senders and receivers are opened by; a test may put a wrapper around the store's own.</summary>
    public IBrokerConnection Connection { get; set; }

    public static ChannelPlan Plan(
        string address = "a",
        string? group = "g",
        OrderingMode ordering = OrderingMode.PerKey,
        ReceiveMode mode = ReceiveMode.Consume,
        ChannelRole role = ChannelRole.Main,
        StartPosition start = default) => new(
            "channel", address, group, role, mode, ordering, start, 64, 16_777_216, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(30), null);

    public static OutboundRecord Record(string? key, string body, params (string Name, string Value)[] headers)
    {
        var writer = new HeaderWriter("ce_");
        foreach (var (name, value) in headers) writer.Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        return new OutboundRecord
        {
            Body = Encoding.UTF8.GetBytes(body),
            Key = key,
            KeyBytes = key is null ? default : Encoding.UTF8.GetBytes(key),
            Headers = writer.Block,
            Flags = key is null ? RecordFlags.None : RecordFlags.HasKey,
        };
    }

    public async Task<ISender> OpenSenderAsync(ChannelPlan? plan = null) =>
        await Connection.OpenSenderAsync(plan ?? Plan(group: null), CancellationToken.None);

    public async Task<TestReceiver> OpenAsync(ChannelPlan? plan = null, RecordingEvents? events = null)
    {
        var told = events ?? new RecordingEvents();
        var receiver = await Connection.OpenReceiverAsync(plan ?? Plan(), told, CancellationToken.None);
        Scheduler.Run();
        return new TestReceiver(this, receiver, told);
    }

    public async Task<IReadOnlyList<SendOutcome>> SendAsync(params OutboundRecord[] records)
    {
        await using var sender = await OpenSenderAsync();
        return Send(sender, records);
    }

    public IReadOnlyList<SendOutcome> Send(ISender sender, params OutboundRecord[] records)
    {
        var batch = new SendBatch(records);
        var call = sender.SendAsync(batch, CancellationToken.None);
        Assert.True(call.IsCompletedSuccessfully, "The in-memory broker completes inline.");
        Scheduler.Run();
        return [.. Enumerable.Range(0, records.Length).Select(batch.Outcome)];
    }
}
