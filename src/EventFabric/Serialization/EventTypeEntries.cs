using System.Reflection;
using System.Text;
using EventFabric.Configuration;

namespace EventFabric.Serialization;

/// <summary>Makes the registry's entries from what the application registered, and says what is wrong with it.</summary>
internal static class EventTypeEntries
{
    /// <summary>What an event type's name may take in UTF-8: it is in the headers of every event, and in the index of a header block.</summary>
    internal const int MaxNameBytes = 255;

    internal static EventTypeEntry? Create<T>(EventRegistration<T> registration, PayloadCodecs codecs, string? coding, ICollection<string> problems)
        where T : notnull
    {
        var attribute = typeof(T).GetCustomAttribute<EventTypeAttribute>(false);
        var name = registration.Type ?? attribute?.Name;
        if (name is null)
        {
            problems.Add(
                $"{typeof(T)} has no event type: put [EventType(\"shop.order.placed.v1\")] on it, or call AddEvent<{typeof(T).Name}>(type: \"shop.order.placed.v1\").");
            return null;
        }

        var aliases = attribute?.Aliases ?? [];
        foreach (var each in aliases.Prepend(name))
        {
            if (!IsName(each))
            {
                problems.Add($"{typeof(T)} has the event type \"{each}\": 1 to {MaxNameBytes} bytes of UTF-8 without spaces and control characters are needed.");
                return null;
            }
        }

        var contentType = registration.ContentType ?? PayloadCodecs.Json;
        if (!PayloadCodecs.IsMediaType(contentType))
        {
            problems.Add($"AddEvent<{typeof(T).Name}> has contentType \"{contentType}\": a media type without parameters is needed, as \"application/json\".");
            return null;
        }

        if (codecs.Find<T>(contentType, out var reason) is not { } codec)
        {
            problems.Add($"{typeof(T)} cannot be serialized: {reason}.");
            return null;
        }

        var key = registration.Key;
        if (typeof(T) == typeof(Tombstone))
        {
            coding = null;
            key = static tombstone => ((Tombstone)(object)tombstone).Key;
        }

        return new EventTypeEntry<T>(name, aliases, registration.Channel, contentType, coding, key, codec);
    }

    private static bool IsName(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaxNameBytes || Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
            return false;
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.IsControl(rune) || Rune.IsWhiteSpace(rune))
                return false;
        }

        return true;
    }
}
