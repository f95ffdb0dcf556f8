using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Contenders;

/// <summary>A delegate that does not read its services.</summary>
internal sealed class DelegateDispatch(Settings settings) : Dispatch(settings)
{
    protected override void Register(IEventFabricBuilder builder) =>
        builder.AddHandler<Reading>(FabricHost.Subscription, (_, _) =>
        {
            Count();
            return new ValueTask<Settlement>(Settlement.Ack);
        });
}
