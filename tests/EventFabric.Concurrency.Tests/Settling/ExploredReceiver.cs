using EventFabric.Concurrency.Exploring;
using EventFabric.Drivers;
using Microsoft.Coyote.Random;

namespace EventFabric.Concurrency.Settling;

/// <summary>
/// A receiver that is only settled: at once or later, and now and then in vain. Watches that there is one call at a time, and that a
/// watermark never goes back.
/// </summary>
internal sealed class ExploredReceiver(AckMode mode, int maxFailures) : IReceiver
{
    private readonly object _watch = new();
    private readonly Generator _choices = Generator.Create();
    private readonly List<long> _settled = [];
    private int _calls;
    private int _failures;
    private long _watermark = -1;

    public ReceiveTraits Traits { get; } = new(
        mode,
        ReleaseMode.Now,
        TimeSpan.Zero,
        Lease: null,
        TimeSpan.MaxValue,
        Partitioned: true,
        OrderedPerKey: true,
        SettleChunk: 2,
        CommitInterval: TimeSpan.Zero,
        GroupWideSeek: false,
        new CloudEventsBinding("ce_", "content-type"));

    /// <summary>The position up to which everything is settled.</summary>
    public long Watermark
    {
        get
        {
            lock (_watch)
                return _watermark;
        }
    }

    /// <summary>What was settled one by one.</summary>
    public IReadOnlyList<long> Settled
    {
        get
        {
            lock (_watch)
                return [.. _settled];
        }
    }

    /// <summary>Whether a position may be settled; asked in each call.</summary>
    public Func<long, bool> MayBeSettled { get; set; } = static _ => true;

    public async ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        Story.Promise(Interlocked.Increment(ref _calls) == 1, "one call settles at a time");
        if (_choices.NextBoolean())
            await Task.Yield();
        for (var i = 0; i < commands.Length; i++)
            outcomes.Span[i] = Settle(commands.Span[i]);
        Interlocked.Decrement(ref _calls);
    }

    public ValueTask<InboundBatch?> ReceiveAsync(int maxRecords) => throw new NotSupportedException();

    public void SetFlow(Ownership part, bool open) => throw new NotSupportedException();

    public ValueTask StopAsync(CancellationToken cancellationToken) => default;

    public ValueTask DisposeAsync() => default;

    private SettleOutcome Settle(in SettleCommand command)
    {
        var position = command.Record.Position.Major;
        lock (_watch)
        {
            Story.Promise(MayBeSettled(position), $"{position} is settled when it is finished");
            if (_failures < maxFailures && _choices.NextBoolean())
            {
                _failures++;
                return new SettleOutcome(SettleStatus.Failed, new TimeoutException("failed"));
            }

            Story.Promise(mode == AckMode.PerRecord || position >= _watermark, "the watermark does not go back");
            _watermark = Math.Max(_watermark, position);
            _settled.Add(position);
            return new SettleOutcome(SettleStatus.Applied, null);
        }
    }
}
