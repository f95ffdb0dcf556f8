namespace EventFabric.Lanes;

/// <summary>What becomes of a record when the engine is through with it.</summary>
internal enum Verdict : byte
{
    /// <summary>Handled, or safely in the dead-letter channel.</summary>
    Ack,

    /// <summary>Dropped on purpose, and counted.</summary>
    Discard,

    /// <summary>Given back to the broker; with a delay where the broker keeps it.</summary>
    Release,

    /// <summary>Its tenure is over: somebody else has it, nothing is told to the broker.</summary>
    Abandon,
}
