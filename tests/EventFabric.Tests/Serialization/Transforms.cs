using System.Buffers;

namespace EventFabric.Tests.Serialization;

internal class ReverseTransform : IPayloadTransform
{
    public virtual string Name => "reverse";

    public ValueTask EncodeAsync(ReadOnlySequence<byte> body, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
        => Write(body, output, context.Id);

    public ValueTask DecodeAsync(ReadOnlySequence<byte> body, IBufferWriter<byte> output, EventContext context, CancellationToken cancellationToken)
        => Write(body, output, context.Id);

    private static ValueTask Write(ReadOnlySequence<byte> body, IBufferWriter<byte> output, string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var bytes = body.ToArray();
        Array.Reverse(bytes);
        output.Write(bytes);
        return ValueTask.CompletedTask;
    }
}

internal sealed class OtherReverseTransform : ReverseTransform;

internal sealed class BadNameTransform : ReverseTransform
{
    public override string Name => "Bad,Name";
}

/// <summary>Puts a letter before the body, so that a wrong order is seen; suspends.</summary>
internal sealed class MarkTransform : IPayloadTransform
{
    public string Name => "mark-1";

    public async ValueTask EncodeAsync(ReadOnlySequence<byte> body, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
    {
        await Task.Yield();
        output.Write("M"u8);
        output.Write(body.ToArray());
    }

    public async ValueTask DecodeAsync(ReadOnlySequence<byte> body, IBufferWriter<byte> output, EventContext context, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (body.FirstSpan[0] != 'M')
            throw new FormatException("no mark, secret payload");
        output.Write(body.Slice(1).ToArray());
    }
}

/// <summary>Unpacks anything without end.</summary>
internal sealed class BombTransform : IPayloadTransform
{
    public string Name => "bomb";

    public ValueTask EncodeAsync(ReadOnlySequence<byte> body, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
        => throw new FormatException("no bombs");

    public ValueTask DecodeAsync(ReadOnlySequence<byte> body, IBufferWriter<byte> output, EventContext context, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            output.GetSpan(1 << 20)[..(1 << 20)].Clear();
            output.Advance(1 << 20);
        }
    }
}
