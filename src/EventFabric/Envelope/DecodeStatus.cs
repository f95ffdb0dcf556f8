namespace EventFabric.Envelope;

/// <summary>Whether a record is an event.</summary>
internal enum DecodeStatus : byte
{
    /// <summary>It is.</summary>
    Ok,

    /// <summary>It is not, and trying again cannot help: a dead letter with <see cref="DecodedEvent.UndecodableEnvelope"/> and <see cref="DecodedEvent.Problem"/>.</summary>
    Undecodable,
}
