using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using EventFabric.Envelope;

namespace EventFabric.Serialization;

/// <summary>Decodes bodies of a type's own: by the serializer of their content type, after the payload transforms that their header names are undone.</summary>
/// <typeparam name="T">The event's type.</typeparam>
internal sealed class OwnPayloadDecoder<T> : PayloadDecoder<T>
    where T : notnull
{
    /// <summary>How large a body may become when its transforms are undone: against one that unpacks without end.</summary>
    internal const int MaxDecodedBytes = 64 * 1024 * 1024;

    private readonly EventTypeEntry<T> _entry;
    private readonly PayloadTransforms _transforms;
    private readonly byte[] _usual;
    private readonly (byte[] ContentType, PayloadCodec<T> Codec)[] _others;
    private readonly PayloadCodec<T>? _json;

    internal OwnPayloadDecoder(EventTypeEntry<T> entry, EventTypeRegistry registry)
    {
        _entry = entry;
        _transforms = registry.Transforms;
        _usual = Encoding.UTF8.GetBytes(entry.ContentType);
        _others = registry.Codecs.ContentTypes
            .Select(contentType => (Encoding.UTF8.GetBytes(contentType), registry.Codecs.Find<T>(contentType, out _)!))
            .ToArray();
        _json = registry.Codecs.Find<T>(PayloadCodecs.Json, out _);
    }

    internal override ValueTask<T> DecodeAsync(in DecodedEvent received, EventContext context, CancellationToken cancellationToken)
    {
        var codec = CodecFor(received.ContentTypeUtf8);
        if (received.TryGetCoding(out var coding))
            return UndoAsync(codec, coding, received.Body, context, cancellationToken);

        ValueTask<T> decoding;
        try
        {
            decoding = codec.DeserializeAsync(received.Body, context, cancellationToken);
            if (decoding.IsCompletedSuccessfully)
                return new ValueTask<T>(decoding.Take());
        }
        catch (Exception exception) when (IsVerdict(exception, cancellationToken))
        {
            throw Failed("The serializer", exception);
        }

        return AwaitAsync(decoding, cancellationToken);
    }

    [SuppressMessage("Reliability", "CA2012:Use ValueTasks correctly", Justification = "Every way out leaves one task, which the caller consumes once.")]
    internal override bool TryDecode(
        in DecodedEvent received, EventContext context, ref T? into, ref ValueTask<T> pending, CancellationToken cancellationToken)
    {
        var codec = CodecFor(received.ContentTypeUtf8);
        if (received.TryGetCoding(out var coding))
        {
            pending = UndoAsync(codec, coding, received.Body, context, cancellationToken);
            return false;
        }

        try
        {
            if (codec.TryDeserialize(received.Body, context, ref into, ref pending, cancellationToken))
                return true;
        }
        catch (Exception exception) when (IsVerdict(exception, cancellationToken))
        {
            throw Failed("The serializer", exception);
        }

        pending = AwaitAsync(pending, cancellationToken);
        return false;
    }

    private PayloadCodec<T> CodecFor(ReadOnlySpan<byte> contentType)
    {
        if (contentType.IsEmpty || contentType.SequenceEqual(_usual) || _entry.IsTombstone)
            return _entry.Codec;

        var essence = MediaType.Essence(contentType);
        if (MediaType.EqualsIgnoreCase(essence, _usual))
            return _entry.Codec;
        foreach (var (known, codec) in _others)
        {
            if (MediaType.EqualsIgnoreCase(essence, known))
                return codec;
        }

        return MediaType.IsJson(essence) && _json is not null
            ? _json
            : throw new PayloadException(PayloadException.UnknownContentType, $"No serializer for the content type \"{Printable(essence)}\".");
    }

    private async ValueTask<T> UndoAsync(PayloadCodec<T> codec, string coding, ReadOnlyMemory<byte> body, EventContext context, CancellationToken cancellationToken)
    {
        using var first = new PooledBuffer(MaxDecodedBytes);
        using var second = new PooledBuffer(MaxDecodedBytes);
        var (from, to) = (second, first);
        foreach (var transform in _transforms.ToUndo(coding))
        {
            to.Clear();
            try
            {
                await transform.DecodeAsync(new ReadOnlySequence<byte>(body), to, context, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsVerdict(exception, cancellationToken))
            {
                throw Failed($"The payload transform {transform.Name}", exception);
            }

            body = to.Written;
            (from, to) = (to, from);
        }

        try
        {
            return await codec.DeserializeAsync(body, context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsVerdict(exception, cancellationToken))
        {
            throw Failed("The serializer", exception);
        }
    }

    private async ValueTask<T> AwaitAsync(ValueTask<T> decoding, CancellationToken cancellationToken)
    {
        try
        {
            return await decoding.ConfigureAwait(false);
        }
        catch (Exception exception) when (IsVerdict(exception, cancellationToken))
        {
            throw Failed("The serializer", exception);
        }
    }

    /// <summary>True when the exception says something about the body; not when the attempt was cancelled, and not when it may work later.</summary>
    private static bool IsVerdict(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        PayloadException => false,
        EventFabricException known => !known.IsTransient,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => true,
    };

    // The message of a serializer may quote the payload: it goes no further than the inner exception.
    private PayloadException Failed(string who, Exception exception)
        => new(PayloadException.UndecodableBody, $"{who} for event type \"{_entry.Name}\" threw {exception.GetType()}.", exception);

    private static string Printable(ReadOnlySpan<byte> text)
    {
        var cut = text[..Math.Min(text.Length, 100)];
        return string.Create(cut.Length, cut, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                to[i] = from[i] is >= 0x20 and < 0x7F ? (char)from[i] : '?';
        });
    }
}
