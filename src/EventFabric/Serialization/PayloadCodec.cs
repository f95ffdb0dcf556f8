using System.Buffers;

namespace EventFabric.Serialization;

/// <summary>Writes and reads the bodies of one event type in one content type: a serializer with its type already chosen.</summary>
/// <typeparam name="T">The event's type.</typeparam>
internal abstract class PayloadCodec<T>
    where T : notnull
{
    /// <summary>False when <see cref="SerializeAsync"/> does not look at its context, so that none need be made.</summary>
    internal abstract bool ReadsContext { get; }

    internal abstract ValueTask SerializeAsync(T data, IBufferWriter<byte> output, PublishContext? context, CancellationToken cancellationToken);

    /// <summary>Reads a body. <see cref="PayloadException"/> when it cannot; completes synchronously wherever the serializer does.</summary>
    internal abstract ValueTask<T> DeserializeAsync(ReadOnlyMemory<byte> body, EventContext context, CancellationToken cancellationToken);

    /// <summary>The same, into its place. False: it has not ended yet, and <paramref name="pending"/> will have it.</summary>
    internal virtual bool TryDeserialize(
        ReadOnlyMemory<byte> body, EventContext context, ref T? into, ref ValueTask<T> pending, CancellationToken cancellationToken)
    {
        pending = DeserializeAsync(body, context, cancellationToken);
        if (!pending.IsCompletedSuccessfully)
            return false;
        into = pending.Take();
        return true;
    }
}
