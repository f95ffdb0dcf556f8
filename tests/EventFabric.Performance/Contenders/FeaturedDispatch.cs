using System.Diagnostics.Metrics;
using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Contenders;

/// <summary>
/// B4: what the engine has, switched on: retries, dead letters with rules, metrics that somebody listens to, a handler timeout. The handler
/// is a singleton.
/// </summary>
internal sealed class FeaturedDispatch : Dispatch
{
    private readonly MeterListener _listener = new();

    public FeaturedDispatch(Settings settings)
        : base(settings)
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "EventFabric")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _listener.Start();
    }

    protected override void Register(IEventFabricBuilder builder)
    {
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(new Handler(this));
        builder.AddHandler<Reading, Handler>(FabricHost.Subscription).DeadLetterOn<FormatException>().DeadLetterOn<NotSupportedException>(FabricHost.Subscription);
    }

    private sealed class Handler(FeaturedDispatch rig) : IEventHandler<Reading>
    {
        public ValueTask<Settlement> HandleAsync(EventContext<Reading> context, CancellationToken cancellationToken)
        {
            rig.Count();
            return new ValueTask<Settlement>(Settlement.Ack);
        }
    }
}
