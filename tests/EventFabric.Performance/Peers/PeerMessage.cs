namespace EventFabric.Performance.Peers;

/// <summary>
/// What the frameworks carry in place of a reading: their serializers are JSON, so that about 100 bytes come out. A class, as they want it.
/// </summary>
public sealed record PeerMessage(long Sequence, long Sent)
{
    public string Text { get; init; } = "0123456789012345678901234567890123456789";
}
