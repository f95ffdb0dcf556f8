using EventFabric.Drivers;

namespace EventFabric.Nats.Sending;

/// <summary>A record that is under way.</summary>
/// <param name="Call">Its call.</param>
/// <param name="Index">Its place in the batch.</param>
/// <param name="Partition">Where it went.</param>
/// <param name="At">When, a timestamp of the broker's clock.</param>
internal readonly record struct Sent(OpenSend Call, int Index, int Partition, long At);
