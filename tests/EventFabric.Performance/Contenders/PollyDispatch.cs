using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Retry;

namespace EventFabric.Performance.Contenders;

/// <summary>The engine with Polly around every call of the handler: what the failure path would cost on the success path.</summary>
internal sealed class PollyDispatch(Settings settings) : Dispatch(settings)
{
    private readonly ResiliencePipeline<Settlement> _pipeline =
        new ResiliencePipelineBuilder<Settlement>().AddRetry(new RetryStrategyOptions<Settlement> { MaxRetryAttempts = 5 }).Build();

    protected override void Register(IEventFabricBuilder builder) =>
        builder.AddHandler<Reading>(
            FabricHost.Subscription,
            (_, cancellationToken) => _pipeline.ExecuteAsync(static (rig, _) => rig.Handle(), this, cancellationToken));

    private ValueTask<Settlement> Handle()
    {
        Count();
        return new ValueTask<Settlement>(Settlement.Ack);
    }
}
