using EventFabric.Drivers;
using Microsoft.Extensions.Logging;

namespace EventFabric.Subscribing;

internal static partial class SubscriptionLog
{
    [LoggerMessage(3000, LogLevel.Information, "Subscription {Subscription}: {State}.")]
    public static partial void State(ILogger logger, string subscription, ChannelState state, Exception? cause);

    [LoggerMessage(3001, LogLevel.Warning, "Subscription {Subscription} lost {Partitions} partitions without being asked; their events come again elsewhere.")]
    public static partial void Lost(ILogger logger, string subscription, int partitions, Exception? cause);

    [LoggerMessage(3002, LogLevel.Warning, "Subscription {Subscription}: the broker did not take a settlement; it is told again.")]
    public static partial void SettleFailed(ILogger logger, string subscription, Exception? cause);

    [LoggerMessage(3003, LogLevel.Warning, "Subscription {Subscription}: a settlement came too late, its lease was over; the event comes again.")]
    public static partial void SettledTooLate(ILogger logger, string subscription);

    [LoggerMessage(3004, LogLevel.Warning, "Subscription {Subscription}: the receiver ended; it is opened again in {Pause}.")]
    public static partial void ReceiverEnded(ILogger logger, string subscription, TimeSpan pause, Exception? cause);

    [LoggerMessage(3005, LogLevel.Warning, "Subscription {Subscription}: a handler ignored its cancellation beyond the drain; its event is given back when the process ends.")]
    public static partial void HandlerOutlivedDrain(ILogger logger, string subscription);

    [LoggerMessage(3006, LogLevel.Debug, "Subscription {Subscription}: event at {Position} is tried again in {Delay}, attempt {Attempt} failed.")]
    public static partial void Retrying(ILogger logger, string subscription, string position, TimeSpan delay, int attempt, Exception? cause);

    [LoggerMessage(3007, LogLevel.Warning, "Subscription {Subscription}: event at {Position} was dropped: {Reason}.")]
    public static partial void Dropped(ILogger logger, string subscription, string position, string reason, Exception? cause);

    [LoggerMessage(3008, LogLevel.Critical, "Subscription {Subscription}: the engine failed on the event at {Position}; it stays unsettled.")]
    public static partial void EngineFailed(ILogger logger, string subscription, string position, Exception cause);

    [LoggerMessage(3009, LogLevel.Warning, "Subscription {Subscription}: disposing the services of a delivery failed.")]
    public static partial void ScopeFailed(ILogger logger, string subscription, Exception cause);

    [LoggerMessage(3010, LogLevel.Warning, "Subscription {Subscription}: closing its receiver failed.")]
    public static partial void CloseFailed(ILogger logger, string subscription, Exception cause);

    [LoggerMessage(3011, LogLevel.Warning, "Subscription {Subscription}: a callback on the token of a handler failed.")]
    public static partial void CancellationFailed(ILogger logger, string subscription, Exception cause);

    [LoggerMessage(
        3012,
        LogLevel.Error,
        "Subscription {Subscription}: its driver handed over a record of a tenure that it never told of by IReceiverEvents.Assigned. A defect of the driver; such records are not handled.")]
    public static partial void NeverAssigned(ILogger logger, string subscription);
}
