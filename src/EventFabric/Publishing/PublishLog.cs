using Microsoft.Extensions.Logging;

namespace EventFabric.Publishing;

/// <summary>What the publisher logs: events 2000 and on.</summary>
internal static partial class PublishLog
{
    [LoggerMessage(2000, LogLevel.Warning, "Channel {Channel} cannot be opened for sending ({Code}); it is tried again as long as somebody waits.")]
    internal static partial void CannotOpen(ILogger logger, string channel, string code, Exception exception);

    [LoggerMessage(2001, LogLevel.Warning, "The sender of channel {Channel} failed for good ({Code}) and is opened again.")]
    internal static partial void Reopening(ILogger logger, string channel, string code);

    [LoggerMessage(2002, LogLevel.Debug, "Channel {Channel}: {Count} records were not accepted; those that may be sent again wait for their turn.")]
    internal static partial void NotAccepted(ILogger logger, string channel, int count);
}
