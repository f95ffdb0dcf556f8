using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>How acknowledgements count.</summary>
[Experimental("EVF9001")]
public enum AckMode : byte
{
    /// <summary>Each record by itself.</summary>
    PerRecord,

    /// <summary>A record and all before it in its partition.</summary>
    Cumulative,
}

/// <summary>How a record is given back.</summary>
[Experimental("EVF9001")]
public enum ReleaseMode : byte
{
    /// <summary>It cannot be: the engine holds it; only the end of the tenure gives it back.</summary>
    Never,

    /// <summary>At once.</summary>
    Now,

    /// <summary>At once or after a delay.</summary>
    Delayed,
}

/// <summary>How a receiver delivers and settles.</summary>
/// <param name="Ack">How acknowledgements count.</param>
/// <param name="Release">How a record is given back.</param>
/// <param name="MaxDelay">The longest delay of a release.</param>
/// <param name="Lease">How long a delivered record is ours without extension; null: no lease.</param>
/// <param name="MaxLease">The longest that extensions can make it; <see cref="TimeSpan.MaxValue"/>: no limit.</param>
/// <param name="Partitioned">Whether there are partitions, each owned by one member.</param>
/// <param name="OrderedPerKey">
/// Whether the broker itself keeps a key's order. Cumulative ones do. Per record: a key's unsettled records are one member's at a time, one that came back or is
/// delayed holds back the later ones, and it waits until none of its key is leased.
/// </param>
/// <param name="SettleChunk">The most commands of one settle call.</param>
/// <param name="CommitInterval">How long the engine may gather cumulative acknowledgements before it sends one.</param>
/// <param name="GroupWideSeek">Whether one member can move the whole group.</param>
/// <param name="Binding">How CloudEvents attributes are read here.</param>
[Experimental("EVF9001")]
public sealed record ReceiveTraits(
    AckMode Ack,
    ReleaseMode Release,
    TimeSpan MaxDelay,
    TimeSpan? Lease,
    TimeSpan MaxLease,
    bool Partitioned,
    bool OrderedPerKey,
    int SettleChunk,
    TimeSpan CommitInterval,
    bool GroupWideSeek,
    CloudEventsBinding Binding);
