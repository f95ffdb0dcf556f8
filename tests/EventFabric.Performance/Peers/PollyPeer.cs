using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using Polly;
using Polly.Retry;

namespace EventFabric.Performance.Peers;

/// <summary>The delegate loop with Polly's retry around every event; a hundredth of them, or none, fails once.</summary>
internal sealed class PollyPeer(int failEvery) : LoopContender
{
    private const int BatchSize = 256;

    private readonly Reading[] _batch = new Reading[BatchSize];
    private readonly State _state = new(failEvery);

    private readonly ResiliencePipeline<Settlement> _pipeline = new ResiliencePipelineBuilder<Settlement>()
        .AddRetry(new RetryStrategyOptions<Settlement>
        {
            MaxRetryAttempts = 5,
            Delay = TimeSpan.Zero,
            ShouldHandle = static arguments => new ValueTask<bool>(arguments.Outcome.Exception is not null),
        })
        .Build();

    protected override int ChunkSize => BatchSize;

    protected override void RunChunk()
    {
        foreach (ref readonly var reading in _batch.AsSpan())
        {
            var handling = _pipeline.ExecuteAsync(static (state, token) => state.HandleAsync(token), _state, CancellationToken.None);
            if (!handling.IsCompletedSuccessfully || handling.Result.Kind != SettlementKind.Ack)
                throw new InvalidOperationException($"Not handled at {reading.Sequence}.");
            _state.Next();
        }
    }

    private sealed class State(int failEvery)
    {
        private long _sequence;
        private bool _failed;

        public ValueTask<Settlement> HandleAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (failEvery == 0 || _failed || _sequence % failEvery != 0)
                return new ValueTask<Settlement>(Settlement.Ack);
            _failed = true;
            throw new InvalidOperationException("planned");
        }

        public void Next()
        {
            _sequence++;
            _failed = false;
        }
    }
}
