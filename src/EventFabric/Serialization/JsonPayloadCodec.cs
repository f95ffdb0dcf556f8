using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EventFabric.Serialization;

/// <summary>JSON by System.Text.Json, with metadata that was found at start-up.</summary>
/// <typeparam name="T">The event's type.</typeparam>
internal sealed class JsonPayloadCodec<T>(JsonTypeInfo<T> metadata) : PayloadCodec<T>
    where T : notnull
{
    internal override bool ReadsContext => false;

    internal override ValueTask SerializeAsync(T data, IBufferWriter<byte> output, PublishContext? context, CancellationToken cancellationToken)
    {
        Write(data, output);
        return ValueTask.CompletedTask;
    }

    internal override ValueTask<T> DeserializeAsync(ReadOnlyMemory<byte> body, EventContext context, CancellationToken cancellationToken)
    {
        T? data;
        try
        {
            data = JsonSerializer.Deserialize(body.Span, metadata);
        }
        catch (JsonException exception)
        {
            // The serializer's own words may quote the payload: only the place is passed on.
            throw new PayloadException(
                PayloadException.UndecodableBody,
                $"The body is no JSON for {typeof(T)}: line {exception.LineNumber ?? 0}, byte {exception.BytePositionInLine ?? 0}.",
                exception);
        }

        return data is null
            ? throw new PayloadException(PayloadException.UndecodableBody, $"The body is the JSON value null, which is no {typeof(T)}.")
            : new ValueTask<T>(data);
    }

    private void Write(T data, IBufferWriter<byte> output)
    {
        var writer = JsonWriters.Take(metadata.Options, output);
        JsonSerializer.Serialize(writer, data, metadata);
        writer.Flush();
        JsonWriters.Give(writer, metadata.Options);
    }
}
