using Microsoft.Extensions.Logging;

namespace EventFabric.Nats;

/// <summary>What the adapter says.</summary>
internal static partial class NatsLog
{
    [LoggerMessage(1, LogLevel.Warning, "NATS, broker {Broker}: the connection is gone; the client reconnects.")]
    internal static partial void Down(ILogger logger, string broker);

    [LoggerMessage(2, LogLevel.Information, "NATS, broker {Broker}: connected again, server {Server}.")]
    internal static partial void Up(ILogger logger, string broker, string server);

    [LoggerMessage(3, LogLevel.Error, "NATS, broker {Broker}: the server refuses this client's user something that it needs: {Refusal}")]
    internal static partial void Refused(ILogger logger, string broker, string refusal);

    [LoggerMessage(4, LogLevel.Warning, "NATS, stream {Stream}, consumer {Consumer}: the server says {Code} {Text}; asked again.")]
    internal static partial void PullEnded(ILogger logger, string stream, string consumer, int code, string text);

    [LoggerMessage(5, LogLevel.Warning, "NATS, stream {Stream}, consumer {Consumer}: silent for {Seconds} s; asked again.")]
    internal static partial void Silent(ILogger logger, string stream, string consumer, double seconds);

    [LoggerMessage(6, LogLevel.Warning, "NATS, stream {Stream}, consumer {Consumer}: partition {Partition} is lost: {Reason}")]
    internal static partial void Lost(ILogger logger, string stream, string consumer, int partition, string reason);

    [LoggerMessage(7, LogLevel.Information, "NATS, stream {Stream}, group {Group}: partition {Partition} was held by nobody that is there, and was freed.")]
    internal static partial void Freed(ILogger logger, string stream, string group, int partition);

    [LoggerMessage(8, LogLevel.Warning, "NATS, stream {Stream}, partition {Partition}: it could not be taken over; tried again.")]
    internal static partial void NotTaken(ILogger logger, string stream, int partition, Exception error);

    [LoggerMessage(9, LogLevel.Warning, "NATS, stream {Stream}: records that were not handed over could not be given back; they come again when their lease ends.")]
    internal static partial void NotReleased(ILogger logger, string stream, Exception error);

    [LoggerMessage(10, LogLevel.Warning, "NATS, stream {Stream}, consumer {Consumer}: it was deleted; a member that starts makes it again.")]
    internal static partial void Deleted(ILogger logger, string stream, string consumer);

    [LoggerMessage(11, LogLevel.Error, "NATS, stream {Stream}, group {Group}: a change of partitions failed; tried again.")]
    internal static partial void StepFailed(ILogger logger, string stream, string group, Exception error);

    [LoggerMessage(30, LogLevel.Warning, "NATS without streams, subject {Subject}, group {Group}: {Count} events came that there was no room for, and are gone.")]
    internal static partial void Dropped(ILogger logger, string subject, string group, long count);

    [LoggerMessage(13, LogLevel.Warning, "NATS, stream {Stream}, consumer {Consumer}: its flow could not be changed; tried again.")]
    internal static partial void NotFollowed(ILogger logger, string stream, string consumer, Exception error);

    [LoggerMessage(12, LogLevel.Warning, "NATS, stream {Stream}, partition {Partition}: it could not be freed for the next owner, which frees it later.")]
    internal static partial void NotFreed(ILogger logger, string stream, int partition, Exception error);

    [LoggerMessage(14, LogLevel.Warning, "NATS, broker {Broker}: there is no connection to send by: {Reason}; tried again.")]
    internal static partial void NoWayToSend(ILogger logger, string broker, string reason);

    [LoggerMessage(15, LogLevel.Debug, "NATS, broker {Broker}: a connection was not closed: {Reason}")]
    internal static partial void NotClosed(ILogger logger, string broker, string reason);
}
