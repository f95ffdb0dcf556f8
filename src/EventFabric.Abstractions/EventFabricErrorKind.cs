namespace EventFabric;

/// <summary>What went wrong between the application and a broker, in words that hold for every broker.</summary>
public enum EventFabricErrorKind
{
    /// <summary>The broker is not reachable, or answers that it cannot serve now. Transient.</summary>
    Unavailable,

    /// <summary>No answer in time. The event may be stored: publish it again with the same id. Transient.</summary>
    Timeout,

    /// <summary>The broker asks for fewer or smaller requests. Transient.</summary>
    Throttled,

    /// <summary>The credentials are missing, wrong, expired or lack a right.</summary>
    Unauthorized,

    /// <summary>The topic, stream, queue or bus does not exist.</summary>
    NotFound,

    /// <summary>The event is larger than the limit of the configuration or of the broker.</summary>
    TooLarge,

    /// <summary>The broker, or a publish middleware, refused this event for good.</summary>
    Rejected,

    /// <summary>A serializer, an upcaster or a payload transform failed.</summary>
    Serialization,

    /// <summary>A later event of the same key is stored already, so this one is not sent any more: it would arrive out of order.</summary>
    OrderGap,
}
