namespace EventFabric;

/// <summary>What the library does about topics, queues and subscriptions that a broker must have before events flow.</summary>
public enum Provisioning
{
    /// <summary>Creates what is missing, at start. Needs the rights to do so.</summary>
    Create,

    /// <summary>Looks only: the start fails and names what is missing.</summary>
    Validate,

    /// <summary>Does not look. What is missing shows when it is first used.</summary>
    Assume,
}
