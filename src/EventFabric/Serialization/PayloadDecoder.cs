using EventFabric.Envelope;

namespace EventFabric.Serialization;

/// <summary>Turns the bodies of one event type on the wire into what a handler takes. Thread-safe.</summary>
/// <typeparam name="T">The type that a handler takes.</typeparam>
internal abstract class PayloadDecoder<T>
    where T : notnull
{
    /// <summary>
    /// Undoes payload transforms, deserializes, upcasts. The event's memory must stay valid until the task ends; for JSON it ends at once.
    /// </summary>
    /// <exception cref="PayloadException">The body cannot become the event: trying again cannot help.</exception>
    /// <exception cref="EventFabricException">A serializer says that it may work later (<see cref="EventFabricException.IsTransient"/>): an attempt.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled: no verdict on the body.</exception>
    internal abstract ValueTask<T> DecodeAsync(in DecodedEvent received, EventContext context, CancellationToken cancellationToken);

    /// <summary>
    /// The same, into its place: an event that is a large struct is not handed from method to method. False: it has not ended yet, and
    /// <paramref name="pending"/> will have it.
    /// </summary>
    internal virtual bool TryDecode(
        in DecodedEvent received, EventContext context, ref T? into, ref ValueTask<T> pending, CancellationToken cancellationToken)
    {
        pending = DecodeAsync(received, context, cancellationToken);
        if (!pending.IsCompletedSuccessfully)
            return false;
        into = pending.Take();
        return true;
    }
}
