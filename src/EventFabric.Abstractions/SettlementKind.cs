namespace EventFabric;

/// <summary>What becomes of an event after its handler.</summary>
public enum SettlementKind : byte
{
    /// <summary>The handler did not decide: a mistake, treated as <see cref="Retry"/>. It is never an acknowledgement.</summary>
    Unspecified,

    /// <summary>Handled.</summary>
    Ack,

    /// <summary>Try again, by the subscription's retry policy.</summary>
    Retry,

    /// <summary>To the subscription's dead-letter channel.</summary>
    DeadLetter,

    /// <summary>Dropped on purpose, and counted.</summary>
    Drop,
}
