namespace EventFabric.Lanes;

/// <summary>How running one record ended.</summary>
internal enum RunResult : byte
{
    /// <summary>With a verdict.</summary>
    Finished,

    /// <summary>Its handler has not completed.</summary>
    Pending,

    /// <summary>It failed: its lane waits for it.</summary>
    Held,

    /// <summary>It was a further attempt of a held record, and who holds it was told.</summary>
    Reported,
}
