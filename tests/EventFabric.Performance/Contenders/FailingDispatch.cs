using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Contenders;

/// <summary>A delegate that throws for every so-many-th event, the first time that it sees it.</summary>
internal sealed class FailingDispatch(Settings settings, int failEvery) : Dispatch(settings)
{
    private long _calls;

    protected override void Register(IEventFabricBuilder builder) =>
        builder.AddHandler<Reading>(FabricHost.Subscription, (context, _) =>
        {
            if (context.Attempt == 1 && Interlocked.Increment(ref _calls) % failEvery == 0)
                throw new InvalidOperationException("planned");
            Count();
            return new ValueTask<Settlement>(Settlement.Ack);
        });
}
