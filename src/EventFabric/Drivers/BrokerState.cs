using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>How a broker connection is, as its driver reports it.</summary>
[Experimental("EVF9001")]
public enum BrokerState : byte
{
    /// <summary>Not connected yet, or connecting again.</summary>
    Connecting,

    /// <summary>The broker answers.</summary>
    Ready,

    /// <summary>It works in part: some servers are away, or calls fail and are tried again.</summary>
    Degraded,

    /// <summary>It does not work and will not by itself: refused credentials, for example.</summary>
    Failed,
}
