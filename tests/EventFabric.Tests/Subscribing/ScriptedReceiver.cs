using EventFabric.Drivers;

namespace EventFabric.Tests.Subscribing;

/// <summary>Keeps what it is told, and answers what the test says.</summary>
internal sealed class ScriptedReceiver(ReceiveTraits traits) : IReceiver
{
    private TaskCompletionSource? _gate;

    public ReceiveTraits Traits => traits;

    /// <summary>The commands of each call.</summary>
    public List<SettleCommand[]> Calls { get; } = [];

    public Func<SettleCommand, SettleStatus> Answer { get; set; } = static _ => SettleStatus.Applied;

    /// <summary>The answer to a whole call: thrown instead of one.</summary>
    public Exception? Throws { get; set; }

    public static ReceiveTraits Queue(TimeSpan? lease = null, int chunk = 100) => new(
        AckMode.PerRecord, ReleaseMode.Delayed, TimeSpan.FromHours(1), lease, TimeSpan.MaxValue, false, true, chunk, TimeSpan.Zero, false, new CloudEventsBinding("ce_", "content-type"));

    public static ReceiveTraits Log(TimeSpan interval) => new(
        AckMode.Cumulative, ReleaseMode.Never, TimeSpan.Zero, null, TimeSpan.MaxValue, true, true, 100, interval, false, new CloudEventsBinding("ce_", "content-type"));

    /// <summary>Calls do not end before <see cref="Open"/>.</summary>
    public void Close() => _gate = new TaskCompletionSource();

    public void Open()
    {
        var gate = _gate;
        _gate = null;
        gate?.SetResult();
    }

    public async ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        Calls.Add(commands.ToArray());
        if (_gate is { } gate)
            await gate.Task.ConfigureAwait(false);
        if (Throws is { } error)
            throw error;
        for (var i = 0; i < commands.Length; i++)
            outcomes.Span[i] = new SettleOutcome(Answer(commands.Span[i]), null);
    }

    public ValueTask<InboundBatch?> ReceiveAsync(int maxRecords) => new((InboundBatch?)null);

    public void SetFlow(Ownership part, bool open)
    {
    }

    public ValueTask StopAsync(CancellationToken cancellationToken) => default;

    public ValueTask DisposeAsync() => default;
}
