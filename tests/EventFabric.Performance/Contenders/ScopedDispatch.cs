using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Contenders;

/// <summary>A handler class with one dependency, in a scope of its own for every event: what an application gets by default.</summary>
internal sealed class ScopedDispatch(Settings settings) : Dispatch(settings)
{
    protected override void Register(IEventFabricBuilder builder)
    {
        builder.Services.AddSingleton(this).AddScoped<Dependency>();
        builder.AddHandler<Reading, Handler>(FabricHost.Subscription);
    }

    private sealed class Dependency(ScopedDispatch rig)
    {
        public void Work() => rig.Count();
    }

    private sealed class Handler(Dependency dependency) : IEventHandler<Reading>
    {
        public ValueTask<Settlement> HandleAsync(EventContext<Reading> context, CancellationToken cancellationToken)
        {
            dependency.Work();
            return new ValueTask<Settlement>(Settlement.Ack);
        }
    }
}
