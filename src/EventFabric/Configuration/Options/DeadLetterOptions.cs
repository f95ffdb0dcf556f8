namespace EventFabric;

/// <summary>Where dead letters go: <c>Subscriptions:{name}:DeadLetter</c>.</summary>
public sealed class DeadLetterOptions
{
    /// <summary>The address of the dead-letter channel. <c>{address}</c> and <c>{group}</c> are filled in, the rest is used word for word.</summary>
    /// <value>Default: absent, that is the broker's legal form of <c>{address}-{group}-dlq</c>.</value>
    public string? Address { get; set; }
}
