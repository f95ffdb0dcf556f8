namespace EventFabric.Subscribing;

/// <summary>A worker whose handler call can be watched and cancelled.</summary>
internal interface ISubscriptionWorker : IDisposable
{
    HandlerCall Call { get; }
}
