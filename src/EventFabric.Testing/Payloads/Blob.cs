using System.Buffers;

namespace EventFabric.Testing.Payloads;

/// <summary>An event that is nothing but bytes: what a serializer of the suite's own writes and reads.</summary>
[EventType(TypeName)]
internal sealed record Blob(byte[] Bytes)
{
    internal const string TypeName = "eventfabric.conformance.blob";

    internal const string ContentType = "application/octet-stream";
}

/// <summary>Writes and reads <see cref="Blob"/> byte for byte.</summary>
internal sealed class BlobSerializer : IEventSerializer
{
    public string ContentType => Blob.ContentType;

    public ValueTask SerializeAsync<T>(T data, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
    {
        output.Write(((Blob)(object)data!).Bytes);
        return default;
    }

    public ValueTask<T> DeserializeAsync<T>(ReadOnlySequence<byte> body, EventContext context, CancellationToken cancellationToken) =>
        new((T)(object)new Blob(body.ToArray()));
}
