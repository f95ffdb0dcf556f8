using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>How a receiver is.</summary>
[Experimental("EVF9001")]
public enum ChannelState : byte
{
    /// <summary>Not in the group yet, or connecting again.</summary>
    Connecting,

    /// <summary>It receives: a poll or heartbeat was answered within the interval.</summary>
    Ready,

    /// <summary>In the group, without a partition.</summary>
    Standby,

    /// <summary>It works in part.</summary>
    Degraded,

    /// <summary>It does not work and will not by itself: <see cref="IReceiver.ReceiveAsync"/> then throws.</summary>
    Failed,
}
