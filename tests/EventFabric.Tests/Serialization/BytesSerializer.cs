using System.Buffers;
using System.Text;
using EventFabric.Configuration;

namespace EventFabric.Tests.Serialization;

/// <summary>A serializer of an application, for any content type: the data's text.</summary>
internal sealed class BytesSerializer(string contentType) : IEventSerializer
{
    public string ContentType => contentType;

    public ValueTask SerializeAsync<T>(T data, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
    {
        output.Write(Encoding.UTF8.GetBytes(data!.ToString()!));
        return ValueTask.CompletedTask;
    }

    public ValueTask<T> DeserializeAsync<T>(ReadOnlySequence<byte> body, EventContext context, CancellationToken cancellationToken)
        => new((T)Convert.ChangeType(Encoding.UTF8.GetString(body), typeof(T), null));
}

internal static class BytesSerializerExtensions
{
    internal static void Add(this IEventFabricBuilder builder, string contentType)
        => EventFabricBuilder.Of(builder).Serializers.Add(_ => new BytesSerializer(contentType));
}
