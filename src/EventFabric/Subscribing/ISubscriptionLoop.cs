using EventFabric.Configuration.Plans;

namespace EventFabric.Subscribing;

/// <summary>One running subscription, as the host sees it.</summary>
internal interface ISubscriptionLoop : IAsyncDisposable
{
    /// <summary>
    /// Opens the receiver and begins to handle: one try. It ends when events flow, or throws what the broker said; it may then be called again.
    /// Once it has succeeded the loop reconnects by itself.
    /// </summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Takes nothing more, lets handlers end within <c>DrainTimeout</c>, settles and leaves the group. When the token fires handlers are cancelled at once.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}

/// <summary>Makes the loops. A singleton.</summary>
internal interface ISubscriptionLoopFactory
{
    ISubscriptionLoop Create(SubscriptionPlan plan);
}
