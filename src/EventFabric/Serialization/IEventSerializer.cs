using System.Buffers;

namespace EventFabric;

/// <summary>
/// Turns events into bytes and back for one content type. A singleton, called by many threads at once. Asynchronous because a schema registry is.
/// Chosen by <c>AddEvent(contentType:)</c> when publishing and by <c>datacontenttype</c> when receiving; an unknown content type is a dead letter.
/// </summary>
public interface IEventSerializer
{
    /// <summary>The media type that it writes and reads, without parameters: <c>application/json</c>.</summary>
    string ContentType { get; }

    /// <summary>Writes an event's body. An exception fails the publish with kind <see cref="EventFabricErrorKind.Serialization"/>.</summary>
    /// <typeparam name="T">The registered type of the event.</typeparam>
    /// <param name="data">The event.</param>
    /// <param name="output">Where the body goes; owned by the library, not to be kept.</param>
    /// <param name="context">The event on its way out: a schema id may be put into its headers.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>A task that ends when the body is written.</returns>
    ValueTask SerializeAsync<T>(T data, IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken);

    /// <summary>Reads an event's body. An exception makes the event a dead letter, as undecodable.</summary>
    /// <typeparam name="T">The registered type of the event.</typeparam>
    /// <param name="body">The body; valid until the returned task ends.</param>
    /// <param name="context">The event: its attributes and headers, not yet its data.</param>
    /// <param name="cancellationToken">The handler call's token.</param>
    /// <returns>The event; it must not refer to <paramref name="body"/>.</returns>
    ValueTask<T> DeserializeAsync<T>(ReadOnlySequence<byte> body, EventContext context, CancellationToken cancellationToken);
}
