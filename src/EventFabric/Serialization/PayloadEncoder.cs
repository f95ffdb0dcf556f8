using System.Buffers;

namespace EventFabric.Serialization;

/// <summary>Turns data into a body: the serializer of its type, then the payload transforms. Thread-safe.</summary>
/// <remarks>
/// Whatever fails is an <see cref="EventFabricException"/> of kind <see cref="EventFabricErrorKind.Serialization"/>, but for cancellation. What was
/// written to the output by then is for the caller to throw away. Serializers and transforms may add headers to the context: write headers afterwards.
/// </remarks>
internal sealed class PayloadEncoder(EventTypeRegistry registry)
{
    /// <summary>Writes the body of one event. A context is needed where <see cref="EventTypeEntry.ReadsPublishContext"/> is true.</summary>
    internal ValueTask EncodeAsync<T>(
        EventTypeEntry<T> entry, T data, IBufferWriter<byte> output, PublishContext? context, CancellationToken cancellationToken)
        where T : notnull
    {
        if (entry.Coding is not null)
            return TransformAsync(entry, data, output, context!, cancellationToken);

        ValueTask writing;
        try
        {
            writing = entry.Codec.SerializeAsync(data, output, context, cancellationToken);
            if (writing.IsCompletedSuccessfully)
            {
                writing.GetAwaiter().GetResult();
                return ValueTask.CompletedTask;
            }
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            throw Failed(entry, "The serializer", exception);
        }

        return AwaitAsync(writing, entry, "The serializer", cancellationToken);
    }

    private async ValueTask TransformAsync<T>(
        EventTypeEntry<T> entry, T data, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
        where T : notnull
    {
        using var first = new PooledBuffer();
        using var second = new PooledBuffer();
        var (from, to) = (first, second);
        await AwaitAsync(Serialize(), entry, "The serializer", cancellationToken).ConfigureAwait(false);
        var transforms = registry.Transforms.InOrder;
        for (var i = 0; i < transforms.Count; i++)
        {
            var last = i == transforms.Count - 1;
            to.Clear();
            await AwaitAsync(Encode(transforms[i], last ? output : to), entry, $"The payload transform {transforms[i].Name}", cancellationToken).ConfigureAwait(false);
            (from, to) = (to, from);
        }

        // Local functions, so that what throws before it returns a task is caught in the same place.
        async ValueTask Serialize() => await entry.Codec.SerializeAsync(data, from, context, cancellationToken).ConfigureAwait(false);
        async ValueTask Encode(IPayloadTransform transform, IBufferWriter<byte> into)
            => await transform.EncodeAsync(new ReadOnlySequence<byte>(from.Written), into, context, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask AwaitAsync(ValueTask writing, EventTypeEntry entry, string who, CancellationToken cancellationToken)
    {
        try
        {
            await writing.ConfigureAwait(false);
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            throw Failed(entry, who, exception);
        }
    }

    private static bool IsFailure(Exception exception, CancellationToken cancellationToken)
        => exception is not EventFabricException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private static EventFabricException Failed(EventTypeEntry entry, string who, Exception exception)
        => new(EventFabricErrorKind.Serialization, $"{who} failed for event type \"{entry.Name}\" ({entry.ContentType}): {exception.GetType()}.", exception);
}
