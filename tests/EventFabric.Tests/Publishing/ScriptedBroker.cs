using System.Collections.Immutable;
using EventFabric.Drivers;

namespace EventFabric.Tests.Publishing;

/// <summary>A broker of which a test decides every answer. By default it accepts everything inside the call.</summary>
internal sealed class ScriptedBroker : IBrokerConnection
{
    private long _offset = -1;

    public ScriptedBroker()
    {
        OnSend = AcceptInline;
        OnOpen = static _ => { };
        OnDispose = static _ => default;
    }

    public static SendTraits DefaultTraits { get; } = new(
        MaxCount: 100,
        MaxBatchBytes: 1_000_000,
        MaxRecordBytes: 300_000,
        MaxHeaders: 1000,
        MaxOpenCalls: 8,
        MaxOpenRecords: 10_000,
        new CloudEventsBinding("ce_", "content-type"),
        DedupById: false);

    public SendTraits Traits { get; set; } = DefaultTraits;

    /// <summary>What is opened instead of a scripted sender; null: a scripted one.</summary>
    public ISender? Sender { get; set; }

    public Support PublishPosition { get; set; } = Support.Native;

    public Support Tombstone { get; set; } = Support.Native;

    public List<ScriptedCall> Calls { get; } = [];

    /// <summary>The headers of each record that was sent, as <c>name=value</c>.</summary>
    public List<string[]> Headers { get; } = [];

    public List<ScriptedSender> Senders { get; } = [];

    public List<string> Defects { get; } = [];

    /// <summary>What was accepted, in the order of acceptance.</summary>
    public List<(string? Key, string Id, string Body)> Stored { get; } = [];

    public string StoredBodies => string.Join(' ', Stored.Select(static record => record.Body));

    public Func<ScriptedCall, ValueTask> OnSend { get; set; }

    /// <summary>Called with the number of the try; throws to refuse.</summary>
    public Action<int> OnOpen { get; set; }

    public Func<ScriptedSender, ValueTask> OnDispose { get; set; }

    public int Opens { get; private set; }

    public ScriptedCall Last => Calls[^1];

    public static ValueTask AcceptInline(ScriptedCall call)
    {
        call.AcceptAll();
        return default;
    }

    /// <summary>Leaves every call open for the test to complete.</summary>
    public static ValueTask LeaveOpen(ScriptedCall call) => call.Batch.Completion;

    public RecordPosition Store((string? Key, string Id, string Body) record)
    {
        lock (Stored)
        {
            Stored.Add(record);
            return new RecordPosition(3, ++_offset, 0, null);
        }
    }

    public object? ReadChannel(SettingsReader settings) => null;

    public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues) =>
        [new CapabilityCell(Capability.PublishPosition, PublishPosition), new CapabilityCell(Capability.Tombstone, Tombstone)];

    public string NameFor(ChannelPlan main, ChannelRole role, int tier) => $"{main.Address}-{main.Group}-dlq";

    public ErrorInfo Classify(Exception error) => error switch
    {
        ScriptedException scripted => scripted.Info,
        ObjectDisposedException => new ErrorInfo(ErrorKind.Fatal, "disposed"),
        _ => new ErrorInfo(ErrorKind.Unknown, error.GetType().Name),
    };

    public ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken)
    {
        OnOpen(++Opens);
        if (Sender is not null)
            return new ValueTask<ISender>(Sender);
        var sender = new ScriptedSender(this, Traits);
        Senders.Add(sender);
        return new ValueTask<ISender>(sender);
    }

    public ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DisposeAsync() => default;
}
