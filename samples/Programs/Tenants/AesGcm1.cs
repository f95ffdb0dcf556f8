using System.Buffers;
using EventFabric;

public sealed class AesGcm1(IKeyRing keys) : IPayloadTransform
{
    public string Name => "aesgcm1";

    public async ValueTask EncodeAsync(ReadOnlySequence<byte> body, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
        => (await keys.CurrentAsync(context.Headers, cancellationToken)).Seal(body, output, aad: context.Id + context.Type);

    public async ValueTask DecodeAsync(ReadOnlySequence<byte> body, IBufferWriter<byte> output, EventContext context, CancellationToken cancellationToken)
        => (await keys.ForAsync(context.Headers, cancellationToken)).Open(body, output, aad: context.Id + context.Type);   // failure = dead letter, still sealed
}
