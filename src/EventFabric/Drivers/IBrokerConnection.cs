using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>One configured broker. It owns and shares network connections, and reconnects by itself for ever.</summary>
/// <remarks>
/// All members may be called from any thread, concurrently. The members that are said to be pure do no I/O and give the same answer
/// each time. A connection may also implement <see cref="ITopology"/>.
/// </remarks>
[Experimental("EVF9001")]
public interface IBrokerConnection : IAsyncDisposable
{
    /// <summary>Reads a channel's adapter section, <c>Channels:{channel}:{Type}</c>. Pure.</summary>
    /// <param name="settings">A reader of the section, empty when it is absent. Problems are collected, not thrown.</param>
    /// <returns>What <see cref="ChannelPlan.Settings"/> then holds. Subscriptions have no adapter section.</returns>
    object? ReadChannel(SettingsReader settings);

    /// <summary>Says what a plan can do here. Pure.</summary>
    /// <param name="plan">A sender's or a receiver's plan.</param>
    /// <param name="issues">Takes the values of the plan that are illegal here.</param>
    /// <returns>
    /// One cell for each capability: native, emulated by the driver itself, or unsupported. A capability without a cell is unsupported.
    /// The engine then emulates what it can and refuses the rest, with the path of the setting.
    /// </returns>
    /// <remarks>Called at start, and again once the server's version is known.</remarks>
    ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues);

    /// <summary>The address of a companion channel: legal here, and overlapping no other. Pure.</summary>
    /// <param name="main">The plan of the subscription that the companion belongs to.</param>
    /// <param name="role">What the companion is for.</param>
    /// <param name="tier">The number of the retry tier, from 1; 0 for the other roles.</param>
    /// <returns>The broker's form of <c>{address}-{group}-dlq</c> for dead letters; the like for the other roles.</returns>
    /// <remarks>A <c>DeadLetter:Address</c> in the configuration replaces it: with <c>{address}</c> and <c>{group}</c> filled in, otherwise word for word.</remarks>
    string NameFor(ChannelPlan main, ChannelRole role, int tier);

    /// <summary>Sorts an exception of this broker. Pure, and never throws.</summary>
    /// <param name="error">What an open, a publish, a receive or a settle threw or reported.</param>
    /// <returns>The only input to decisions about retrying, for all four alike.</returns>
    ErrorInfo Classify(Exception error);

    /// <summary>Opens a channel for sending.</summary>
    /// <param name="plan">The channel. A sender's plan has no group: every keyed record goes where its key belongs, whoever reads.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The sender, which the caller disposes.</returns>
    /// <exception cref="Exception">
    /// One that <see cref="Classify"/> can sort, when broker or address is not there. The engine tries again, at start until <c>StartupTimeout</c>.
    /// </exception>
    ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken);

    /// <summary>Opens a channel for receiving; with <see cref="ReceiveMode.Consume"/> it joins the group.</summary>
    /// <param name="plan">The channel as one subscription reads it.</param>
    /// <param name="events">Where the driver reports assignment, revocation and state.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The receiver, which the caller disposes.</returns>
    /// <exception cref="Exception">One that <see cref="Classify"/> can sort, when broker or address is not there.</exception>
    ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken);
}
