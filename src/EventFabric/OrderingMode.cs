namespace EventFabric;

/// <summary>Whether events of one key are handled in the order in which they were published.</summary>
public enum OrderingMode : byte
{
    /// <summary>No order: every event is handled as soon as there is room.</summary>
    None,

    /// <summary>First deliveries of one key reach the handler in publish order and one at a time, while other keys run in parallel.</summary>
    PerKey,
}
