namespace EventFabric;

/// <summary>What of NATS a broker uses.</summary>
public enum NatsMode
{
    /// <summary>Streams, which keep events until they are handled.</summary>
    JetStream,

    /// <summary>Subjects alone: an event goes to who listens at that moment, and nobody keeps it.</summary>
    Core,
}
