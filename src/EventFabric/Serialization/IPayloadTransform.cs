using System.Buffers;

namespace EventFabric;

/// <summary>
/// Changes the bytes of a body after serialization and back before deserialization: encryption, compression, claim check. A singleton, called by many threads at once.
/// Several are undone in reverse order; their names travel in the header <c>ef-coding</c>.
/// </summary>
public interface IPayloadTransform
{
    /// <summary>What the header <c>ef-coding</c> calls it: short, stable, of <c>[a-z0-9-]</c>.</summary>
    string Name { get; }

    /// <summary>Writes the changed body. An exception fails the publish with kind <see cref="EventFabricErrorKind.Serialization"/>.</summary>
    /// <param name="body">The body so far; valid until the returned task ends.</param>
    /// <param name="output">Where the changed body goes; owned by the library, not to be kept.</param>
    /// <param name="context">The event on its way out.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>A task that ends when the body is written.</returns>
    ValueTask EncodeAsync(ReadOnlySequence<byte> body, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken);

    /// <summary>Writes the body as it was. An exception makes the event a dead letter, with the bytes as they arrived.</summary>
    /// <param name="body">The changed body; valid until the returned task ends.</param>
    /// <param name="output">Where the original body goes; owned by the library, not to be kept.</param>
    /// <param name="context">The event: its attributes and headers, not yet its data.</param>
    /// <param name="cancellationToken">The handler call's token.</param>
    /// <returns>A task that ends when the body is written.</returns>
    ValueTask DecodeAsync(ReadOnlySequence<byte> body, IBufferWriter<byte> output, EventContext context, CancellationToken cancellationToken);
}
