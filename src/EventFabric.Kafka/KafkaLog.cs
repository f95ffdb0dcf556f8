using Microsoft.Extensions.Logging;

namespace EventFabric.Kafka;

/// <summary>What the adapter says.</summary>
internal static partial class KafkaLog
{
    [LoggerMessage(1, LogLevel.Warning, "Kafka, topic {Topic}: the client did not close well.")]
    internal static partial void NotClosed(ILogger logger, string topic, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "Kafka, topic {Topic}: where to begin could not be found out; asked again at the first poll.")]
    internal static partial void StartNotFound(ILogger logger, string topic, Exception error);

    [LoggerMessage(3, LogLevel.Warning, "Kafka, topic {Topic}: positions could not be committed; events after the last commit may come again.")]
    internal static partial void NotCommitted(ILogger logger, string topic, Exception error);

    [LoggerMessage(4, LogLevel.Error, "Kafka, topic {Topic}: giving partitions up failed.")]
    internal static partial void RebalanceFailed(ILogger logger, string topic, Exception error);

    [LoggerMessage(
        5,
        LogLevel.Error,
        "Kafka, topic {Topic}, partition {Partition}: the group's position {Position} is not there (the broker has {Low} to {High}); goes on at {Next}, {Missing} positions are missing. " +
        "Retention went over what was not read yet, or the topic was made anew.")]
    internal static partial void OutOfRange(ILogger logger, string topic, int partition, long position, long low, long high, long next, long missing);

    [LoggerMessage(6, LogLevel.Warning, "Kafka, broker {Broker}: no broker answers: {Reason}")]
    internal static partial void Down(ILogger logger, string broker, string reason);

    [LoggerMessage(7, LogLevel.Information, "Kafka, broker {Broker}: it answers again.")]
    internal static partial void Up(ILogger logger, string broker);

    [LoggerMessage(8, LogLevel.Warning, "Kafka, broker {Broker}: a token could not be had.")]
    internal static partial void NoToken(ILogger logger, string broker, Exception error);

    [LoggerMessage(10, LogLevel.Warning, "Kafka, topic {Topic}: the client gave a record of partition {Partition} at {Offset}, which is not assigned here; left to its owner.")]
    internal static partial void NotOurs(ILogger logger, string topic, int partition, long offset);

    [LoggerMessage(11, LogLevel.Information, "Kafka, topic {Topic}: {Partitions} partitions were given up in {Milliseconds} ms.")]
    internal static partial void GivenUp(ILogger logger, string topic, int partitions, double milliseconds);

    [LoggerMessage(EventId = 9, Message = "librdkafka {Facility}: {Text}")]
    internal static partial void Client(ILogger logger, LogLevel level, string facility, string text);
}
