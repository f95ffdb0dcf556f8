using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>What a receiver tells its engine. Implemented by the engine; the members neither throw nor block.</summary>
/// <remarks>The driver makes one call at a time, from any thread.</remarks>
[Experimental("EVF9001")]
public interface IReceiverEvents
{
    /// <summary>
    /// These partitions are ours from now on. Raised before the first record of each, inside <see cref="IBrokerConnection.OpenReceiverAsync"/> or later; a queue
    /// raises it once, with one ownership. Records of a tenure that was never told of are not handled.
    /// </summary>
    /// <param name="added">New tenures.</param>
    void Assigned(IReadOnlyList<Ownership> added);

    /// <summary>These partitions are to be given up. The driver hands over no more records of them from here on.</summary>
    /// <param name="leaving">Tenures that end.</param>
    /// <param name="graceEnds">Fires when the driver will wait no longer.</param>
    /// <returns>Ends when all is settled that will be. The driver gives the partitions up only then, or when <paramref name="graceEnds"/> fires; settling works until then.</returns>
    ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds);

    /// <summary>These partitions are gone already: stolen or fenced. Later settles answer <see cref="SettleStatus.LeaseLost"/> without I/O.</summary>
    /// <param name="gone">Tenures that have ended.</param>
    /// <param name="cause">What ended them, where it is known.</param>
    void Lost(IReadOnlyList<Ownership> gone, Exception? cause);

    /// <summary>The receiver's state changed: for the log. Nothing waits for <see cref="ChannelState.Ready"/>.</summary>
    /// <param name="state">The new state.</param>
    /// <param name="cause">Why, where it is known.</param>
    void StateChanged(ChannelState state, Exception? cause);
}
