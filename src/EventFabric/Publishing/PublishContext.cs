namespace EventFabric;

/// <summary>One event on its way out, as middleware, serializers and payload transforms see it. Not thread-safe.</summary>
public abstract class PublishContext
{
    /// <summary>The event as it was given to the publisher.</summary>
    public abstract object Data { get; }

    /// <summary>The CloudEvents type.</summary>
    public abstract string Type { get; }

    /// <summary>The CloudEvents id, which is the deduplication id on every broker.</summary>
    public abstract string Id { get; }

    /// <summary>The name of the channel that the event goes to.</summary>
    public abstract string Channel { get; }

    /// <summary>The key whose order is kept; null: none.</summary>
    public abstract string? Key { get; }

    /// <summary>
    /// The headers, open for change until the event is serialized. Names of <c>[a-z0-9]{1,20}</c> are CloudEvents extensions, others are transport headers;
    /// reserved names throw <see cref="ArgumentException"/>.
    /// </summary>
    public abstract IDictionary<string, string> Headers { get; }
}
