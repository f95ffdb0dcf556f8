using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EventFabric.Performance.Payloads;

/// <summary>Writes a <see cref="Reading"/> as its bytes in memory: as little as a serializer can do.</summary>
internal sealed class ReadingSerializer : IEventSerializer
{
    public string ContentType => "application/x-reading";

    public ValueTask SerializeAsync<T>(T data, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
    {
        if (typeof(T) != typeof(Reading))
            throw new NotSupportedException($"This serializer knows {typeof(Reading)} only.");
        MemoryMarshal.Write(output.GetSpan(Reading.Size), in Unsafe.As<T, Reading>(ref data));
        output.Advance(Reading.Size);
        return ValueTask.CompletedTask;
    }

    public ValueTask<T> DeserializeAsync<T>(ReadOnlySequence<byte> body, EventContext context, CancellationToken cancellationToken)
    {
        if (typeof(T) != typeof(Reading))
            throw new NotSupportedException($"This serializer knows {typeof(Reading)} only.");
        var reading = MemoryMarshal.Read<Reading>(body.FirstSpan);
        return new ValueTask<T>(Unsafe.As<Reading, T>(ref reading));
    }
}
