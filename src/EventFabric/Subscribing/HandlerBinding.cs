using EventFabric.Serialization;

namespace EventFabric.Subscribing;

/// <summary>What a registration needs to become a handler of a running subscription.</summary>
/// <param name="Services">The application's container.</param>
/// <param name="Decoders">Who turns bytes into an event.</param>
/// <param name="Middleware">Around every call; empty: none.</param>
/// <param name="IsSingleton">Whether the application registered a handler class as singleton.</param>
/// <param name="Index">The handler's number in its subscription.</param>
internal sealed record HandlerBinding(
    IServiceProvider Services,
    PayloadDecoders Decoders,
    IReadOnlyList<Func<IServiceProvider, IHandlerMiddleware>> Middleware,
    Func<Type, bool> IsSingleton,
    int Index);
