using System.Buffers;

namespace EventFabric.Performance.Payloads;

/// <summary>Copies the bytes of a <see cref="Blob"/>.</summary>
internal sealed class BlobSerializer : IEventSerializer
{
    public string ContentType => Blob.ContentType;

    public ValueTask SerializeAsync<T>(T data, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
    {
        if (data is not Blob blob)
            throw new NotSupportedException($"This serializer knows {typeof(Blob)} only.");
        output.Write(blob.Bytes);
        return ValueTask.CompletedTask;
    }

    public ValueTask<T> DeserializeAsync<T>(ReadOnlySequence<byte> body, EventContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A blob is only published.");
}
