using System.Buffers;

namespace EventFabric.Serialization;

/// <summary>A serializer of the application, for one type. Its generic methods are bound once: a call through the interface would look them up each time.</summary>
/// <typeparam name="T">The event's type.</typeparam>
internal sealed class SerializerPayloadCodec<T>(IEventSerializer serializer) : PayloadCodec<T>
    where T : notnull
{
    private readonly Func<T, IBufferWriter<byte>, PublishContext, CancellationToken, ValueTask> _serialize = serializer.SerializeAsync;
    private readonly Func<ReadOnlySequence<byte>, EventContext, CancellationToken, ValueTask<T>> _deserialize = serializer.DeserializeAsync<T>;

    internal override bool ReadsContext => true;

    internal override ValueTask SerializeAsync(T data, IBufferWriter<byte> output, PublishContext? context, CancellationToken cancellationToken)
        => _serialize(data, output, context!, cancellationToken);

    internal override ValueTask<T> DeserializeAsync(ReadOnlyMemory<byte> body, EventContext context, CancellationToken cancellationToken)
    {
        var task = _deserialize(new ReadOnlySequence<byte>(body), context, cancellationToken);
        return task.IsCompletedSuccessfully ? new ValueTask<T>(NotNull(task.Take())) : AwaitAsync(task);
    }

    internal override bool TryDeserialize(
        ReadOnlyMemory<byte> body, EventContext context, ref T? into, ref ValueTask<T> pending, CancellationToken cancellationToken)
    {
        var task = _deserialize(new ReadOnlySequence<byte>(body), context, cancellationToken);
        if (!task.IsCompletedSuccessfully)
        {
            pending = AwaitAsync(task);
            return false;
        }

        into = task.Take();
        if (into is null)
            _ = NotNull(into);
        return true;
    }

    private static async ValueTask<T> AwaitAsync(ValueTask<T> task) => NotNull(await task.ConfigureAwait(false));

    private static T NotNull(T? data) => data is null
        ? throw new PayloadException(PayloadException.UndecodableBody, $"The serializer gave null, which is no {typeof(T)}.")
        : data;
}
