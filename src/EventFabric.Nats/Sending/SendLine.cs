using NATS.Client.Core;

namespace EventFabric.Nats.Sending;

/// <summary>A sender's part of one connection.</summary>
/// <param name="Connection">What records leave by.</param>
/// <param name="Acks">Where their answers arrive.</param>
internal sealed record SendLine(NatsConnection Connection, AckInbox Acks)
{
    internal bool IsOpen => Connection.ConnectionState == NatsConnectionState.Open;
}
