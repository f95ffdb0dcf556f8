using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using EventFabric.Envelope;

namespace EventFabric.Serialization;

/// <summary>The serializers of one application: its own by content type, and System.Text.Json for every JSON type that has none. Immutable, thread-safe.</summary>
internal sealed class PayloadCodecs
{
    internal const string Json = "application/json";

    private static readonly SearchValues<char> MediaTypeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/!#$&-^_.+");

    private readonly Dictionary<string, IEventSerializer> _serializers = new(StringComparer.OrdinalIgnoreCase);
    private readonly JsonSerializerOptions _json;

    internal PayloadCodecs(IEnumerable<IEventSerializer> serializers, JsonSerializerOptions json, ICollection<string> problems)
    {
        _json = json;
        foreach (var serializer in serializers)
        {
            var contentType = serializer.ContentType;
            if (!IsMediaType(contentType))
            {
                problems.Add($"The serializer {serializer.GetType()} says ContentType \"{contentType}\": a media type without parameters is needed, as \"application/json\".");
            }
            else if (!_serializers.TryAdd(contentType, serializer))
            {
                problems.Add($"The serializers {_serializers[contentType].GetType()} and {serializer.GetType()} both say ContentType \"{contentType}\": remove one AddSerializer.");
            }
        }
    }

    /// <summary>True for <c>type/subtype</c> in the characters that RFC 6838 allows, at most 127 long.</summary>
    internal static bool IsMediaType([NotNullWhen(true)] string? contentType)
        => contentType is { Length: > 2 and <= 127 }
            && contentType.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
            && slash < contentType.Length - 1
            && contentType.LastIndexOf('/') == slash
            && !contentType.AsSpan().ContainsAnyExcept(MediaTypeCharacters);

    /// <summary>The content types that the application added serializers for.</summary>
    internal IEnumerable<string> ContentTypes => _serializers.Keys;

    /// <summary>The codec of a type for a content type; null with the reason when there is none.</summary>
    internal PayloadCodec<T>? Find<T>(string contentType, out string reason)
        where T : notnull
    {
        reason = string.Empty;
        if (typeof(T) == typeof(Tombstone))
            return (PayloadCodec<T>)(object)new TombstonePayloadCodec();
        if (_serializers.TryGetValue(contentType, out var serializer))
            return new SerializerPayloadCodec<T>(serializer);
        if (!MediaType.IsJson(Encoding.UTF8.GetBytes(contentType)))
        {
            reason = $"no serializer has the content type \"{contentType}\": add one by AddSerializer, or correct contentType";
            return null;
        }

        // The application's serializer for application/json stands for the whole family, as the built-in one does.
        if (_serializers.TryGetValue(Json, out serializer))
            return new SerializerPayloadCodec<T>(serializer);
        if (JsonMetadata.Find<T>(_json) is { } metadata)
            return new JsonPayloadCodec<T>(metadata);
        reason = $"there is no JSON metadata for it: name it in a [JsonSerializable(typeof({typeof(T).Name}))] of a context that AddJson is given";
        return null;
    }
}
