using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;

namespace EventFabric.Performance.Contenders;

/// <summary>Does nothing but count.</summary>
internal sealed class ReadingHandler(Consumption consumption) : IEventHandler<Reading>
{
    public ValueTask<Settlement> HandleAsync(EventContext<Reading> context, CancellationToken cancellationToken)
    {
        consumption.Handled(context.Data.Sent);
        return new ValueTask<Settlement>(Settlement.Ack);
    }
}
