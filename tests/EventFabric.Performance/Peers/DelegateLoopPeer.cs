using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;

namespace EventFabric.Performance.Peers;

/// <summary>What dispatching can cost at least: a batch of structs, and a call of a delegate for each.</summary>
internal sealed class DelegateLoopPeer : LoopContender
{
    private const int BatchSize = 256;

    private readonly Reading[] _batch = new Reading[BatchSize];
    private readonly Func<Reading, CancellationToken, ValueTask<Settlement>> _handler;
    private long _handled;

    public DelegateLoopPeer() => _handler = (_, _) =>
    {
        _handled++;
        return new ValueTask<Settlement>(Settlement.Ack);
    };

    protected override int ChunkSize => BatchSize;

    protected override void RunChunk()
    {
        foreach (ref readonly var reading in _batch.AsSpan())
        {
            var handling = _handler(reading, CancellationToken.None);
            if (!handling.IsCompletedSuccessfully || handling.Result.Kind != SettlementKind.Ack)
                throw new InvalidOperationException($"Not handled after {_handled}.");
        }
    }
}
