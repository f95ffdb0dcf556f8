using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>What an engine with a fault makes of a handler and its verdicts.</summary>
internal delegate ValueTask<BatchSettlement> Fault(IReadOnlyList<EventContext> events, Func<CancellationToken, ValueTask<BatchSettlement>> next, CancellationToken cancellationToken);

/// <summary>Plays an engine with a fault, where the fault is in what comes between handler and settlement.</summary>
internal sealed class FaultyMiddleware(Fault fault) : IHandlerMiddleware
{
    public ValueTask<BatchSettlement> HandleAsync(
        IReadOnlyList<EventContext> events,
        Func<CancellationToken, ValueTask<BatchSettlement>> next,
        CancellationToken cancellationToken) => fault(events, next, cancellationToken);

    internal static Action<IEventFabricBuilder> With(Fault fault) => builder =>
    {
        builder.Services.AddSingleton(fault);
        builder.AddHandlerMiddleware<FaultyMiddleware>();
    };

    /// <summary>Changes each verdict, in its place.</summary>
    internal static Action<IEventFabricBuilder> Verdicts(Func<Settlement, Settlement> change) => With(async (events, next, cancellationToken) =>
    {
        var verdicts = await next(cancellationToken);
        for (var index = 0; index < events.Count; index++) verdicts[index] = change(verdicts[index]);
        return verdicts;
    });
}
