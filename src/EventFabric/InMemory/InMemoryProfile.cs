namespace EventFabric;

/// <summary>What kind of broker the in-memory one plays.</summary>
public enum InMemoryProfile
{
    /// <summary>A log with partitions, as Kafka and Event Hubs are: settled up to a position.</summary>
    Log,

    /// <summary>A queue with leases, as Pub/Sub and SQS are: settled one by one.</summary>
    Queue,
}
