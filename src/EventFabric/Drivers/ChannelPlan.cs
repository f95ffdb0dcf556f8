using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>What a channel is for.</summary>
[Experimental("EVF9001")]
public enum ChannelRole : byte
{
    /// <summary>The stream that the application names.</summary>
    Main,

    /// <summary>The dead letters of one subscription.</summary>
    DeadLetter,

    /// <summary>One retry tier of one subscription.</summary>
    Retry,

    /// <summary>Events that are to be delivered later.</summary>
    Delay,
}

/// <summary>What a receiver does with the position of its group.</summary>
[Experimental("EVF9001")]
public enum ReceiveMode : byte
{
    /// <summary>It is a member of the group and settles what it received.</summary>
    Consume,

    /// <summary>
    /// It only looks, moves no position of the group, and ends with null at the tail as of open. A leased queue has no tail: there it
    /// ends at the first record published after the open, or after two seconds of nothing, and releases what it took; one browse per
    /// channel and group at a time, a second fails as <see cref="ErrorKind.Transient"/>. A browsing receiver states traits of its own:
    /// an ack deletes where they say <see cref="AckMode.PerRecord"/>.
    /// </summary>
    Browse,
}

/// <summary>Everything that a driver is told about a channel that it opens. Immutable.</summary>
/// <param name="Name">The application's name of the channel.</param>
/// <param name="Address">What the broker calls it.</param>
/// <param name="Group">The group that reads it; null in a sender's plan.</param>
/// <param name="Role">What the channel is for.</param>
/// <param name="Mode">Whether a receiver consumes or only looks.</param>
/// <param name="Ordering">Whether records of one key are to be kept in order. A receiver's.</param>
/// <param name="Start">Where a group begins that is here for the first time. A receiver's.</param>
/// <param name="MaxInFlight">The most records that are taken and not handled. A receiver's.</param>
/// <param name="MaxInFlightBytes">The most bytes of such records. A receiver's.</param>
/// <param name="RevokeGrace">How long a partition that is asked for may take to be given up: the root <c>DrainTimeout</c>.</param>
/// <param name="OperationTimeout">The longest that one call to the broker may take: the root <c>PublishTimeout</c>.</param>
/// <param name="Settings">What the connection made of the channel's adapter section.</param>
[Experimental("EVF9001")]
public sealed record ChannelPlan(
    string Name,
    string Address,
    string? Group,
    ChannelRole Role,
    ReceiveMode Mode,
    OrderingMode Ordering,
    StartPosition Start,
    int MaxInFlight,
    long MaxInFlightBytes,
    TimeSpan RevokeGrace,
    TimeSpan OperationTimeout,
    object? Settings);
