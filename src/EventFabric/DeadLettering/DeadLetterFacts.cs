namespace EventFabric.DeadLettering;

/// <summary>What a dead letter says of its failure.</summary>
internal sealed record DeadLetterFacts(
    string Reason,
    string? Description,
    int Attempts,
    DateTimeOffset FailedAt,
    string Origin,
    string Subscription,
    string Group);

/// <summary>How much of it goes along: less where the broker finds the record too large.</summary>
internal enum DeadLetterDetail : byte
{
    Least,
    WithoutDescription,
    Full,
}
