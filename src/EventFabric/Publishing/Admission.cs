namespace EventFabric.Publishing;

/// <summary>What became of an event that asked for a place in its channel.</summary>
internal enum Admission
{
    /// <summary>It has none yet, and waits.</summary>
    Full,

    /// <summary>It is the last record of a batch.</summary>
    Appended,

    /// <summary>It waits behind an earlier record of its key.</summary>
    Fenced,

    /// <summary>It is never sent.</summary>
    Refused,
}
