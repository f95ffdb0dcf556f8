using EventFabric.Envelope;
using EventFabric.Serialization;

namespace EventFabric.Publishing;

/// <summary>Refuses what a caller may not ask for, before anything is done.</summary>
internal static class PublishCheck
{
    /// <exception cref="NotSupportedException">It asks for what this version cannot do.</exception>
    /// <exception cref="ArgumentException">A value is not valid.</exception>
    internal static void Options(PublishOptions options)
    {
        if (options.DeliverAt is not null)
        {
            throw new NotSupportedException(
                "PublishOptions.DeliverAt is not available in this version: delayed delivery (Channels:{channel}:DelayedDelivery) comes in a later one. Leave it out.");
        }

        if (options.ExpiresAt is not null)
        {
            throw new NotSupportedException(
                "PublishOptions.ExpiresAt is not available in this version: expiry comes in a later one. Leave it out.");
        }

        NotEmpty(options.Id, "PublishOptions.Id");
        NotEmpty(options.Subject, "PublishOptions.Subject");
        NotEmpty(options.Channel, "PublishOptions.Channel");
        if (options.Headers is not { } headers)
            return;
        foreach (var (name, value) in headers)
            HeaderRules.Check(name, value);
    }

    /// <summary>The key of an event: the caller's, else its type's.</summary>
    /// <exception cref="ArgumentException">It is not valid, or a tombstone has none.</exception>
    internal static string? Key(EventTypeEntry entry, string? key)
    {
        if (key is null)
            return entry.IsTombstone ? throw new ArgumentException("A tombstone needs a key: Tombstone.Key is null.") : null;
        if (key.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            HeaderRules.CheckText(key, "The key");
        return key;
    }

    private static void NotEmpty(string? value, string what)
    {
        if (value is null)
            return;
        if (value.Length == 0)
            throw new ArgumentException($"{what} is empty. Leave it null instead.");
        HeaderRules.CheckText(value, what);
    }
}
