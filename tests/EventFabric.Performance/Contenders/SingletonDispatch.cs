using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Contenders;

/// <summary>A handler class that is a singleton.</summary>
internal sealed class SingletonDispatch(Settings settings) : Dispatch(settings)
{
    protected override void Register(IEventFabricBuilder builder)
    {
        builder.Services.AddSingleton(new Handler(this));
        builder.AddHandler<Reading, Handler>(FabricHost.Subscription);
    }

    private sealed class Handler(SingletonDispatch rig) : IEventHandler<Reading>
    {
        public ValueTask<Settlement> HandleAsync(EventContext<Reading> context, CancellationToken cancellationToken)
        {
            rig.Count();
            return new ValueTask<Settlement>(Settlement.Ack);
        }
    }
}
