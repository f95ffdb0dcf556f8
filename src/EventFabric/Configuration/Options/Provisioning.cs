namespace EventFabric;

/// <summary>What the library does about topics, queues and subscriptions that a broker must have before events flow.</summary>
public enum Provisioning
{
    /// <summary>
    /// Creates what is missing, at start, and changes nothing that is there. Needs the rights to do so. What differs from the settings is logged; what
    /// loses events or their order fails the start.
    /// </summary>
    Create,

    /// <summary>Looks only: the start fails and names what is missing and what differs from the settings.</summary>
    Validate,

    /// <summary>Does not look. What is missing shows when it is first used.</summary>
    Assume,
}
