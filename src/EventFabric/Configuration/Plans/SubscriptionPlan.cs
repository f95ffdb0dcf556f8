using EventFabric.Drivers;

namespace EventFabric.Configuration.Plans;

/// <summary>One subscription: who reads a channel, and how.</summary>
/// <param name="Name">Its name under <c>Subscriptions</c>.</param>
/// <param name="Channel">The channel that it reads.</param>
/// <param name="Group">The group that it reads as.</param>
/// <param name="Enabled">Whether this process reads it.</param>
/// <param name="Ordering">The order in which handlers get events.</param>
/// <param name="OnExhausted">What happens when attempts are used up.</param>
/// <param name="OnUnhandled">What happens to types without a handler.</param>
/// <param name="MaxConcurrency">How many handler calls run at once.</param>
/// <param name="MaxInFlight">How many events may be taken and not yet handled.</param>
/// <param name="MaxInFlightBytes">How many bytes of them.</param>
/// <param name="HandlerTimeout">How long a handler call may take.</param>
/// <param name="Retry">How failed events are tried again.</param>
/// <param name="Batch">How batches are gathered; used by batch handlers only.</param>
/// <param name="ReceiverPlan">What <c>OpenReceiverAsync</c> gets.</param>
/// <param name="DeadLetterPlan">The sender's plan of the dead-letter channel; browsing opens it with its mode and the group of the subscription.</param>
internal sealed record SubscriptionPlan(
    string Name,
    ChannelSettings Channel,
    string Group,
    bool Enabled,
    OrderingMode Ordering,
    ExhaustedPolicy OnExhausted,
    UnhandledPolicy OnUnhandled,
    int MaxConcurrency,
    int MaxInFlight,
    long MaxInFlightBytes,
    TimeSpan HandlerTimeout,
    RetryPlan Retry,
    BatchPlan Batch,
    ChannelPlan ReceiverPlan,
    ChannelPlan DeadLetterPlan);

/// <summary>How failed events are tried again.</summary>
internal sealed record RetryPlan(int MaxAttempts, TimeSpan BaseDelay, TimeSpan MaxDelay);

/// <summary>How batches are gathered.</summary>
internal sealed record BatchPlan(int MaxSize, TimeSpan MaxWait);
