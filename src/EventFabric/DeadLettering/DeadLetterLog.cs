using Microsoft.Extensions.Logging;

namespace EventFabric.DeadLettering;

internal static partial class DeadLetterLog
{
    [LoggerMessage(3500, LogLevel.Warning, "Subscription {Subscription}: the event at {Position} was dead-lettered to {Address}: {Reason}.")]
    public static partial void DeadLettered(ILogger logger, string subscription, string position, string address, string reason);

    [LoggerMessage(3501, LogLevel.Error, "Subscription {Subscription}: write {Attempt} of a dead letter to {Address} failed; the event stays unsettled, and the write is tried again.")]
    public static partial void WriteFailed(ILogger logger, string subscription, string address, int attempt, Exception cause);

    [LoggerMessage(3502, LogLevel.Warning, "Subscription {Subscription}: its parked keys could not be read from {Address}; nothing is handled until they are.")]
    public static partial void ParkedKeysUnread(ILogger logger, string subscription, string address, Exception cause);
}
