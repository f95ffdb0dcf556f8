using EventFabric.Configuration;

namespace EventFabric.Serialization;

/// <summary>Says for a handler's type which names on the wire end in it: its own, its aliases, and those of older types with upcasters.</summary>
internal sealed class PayloadDecoders(FabricRegistrations registrations, EventTypeRegistry registry)
{
    /// <summary>One decoder for each name; a type's own names first. Called at start-up, after the registry was found without problems.</summary>
    internal IReadOnlyList<WireDecoder<T>> For<T>()
        where T : notnull
    {
        List<WireDecoder<T>> decoders = [];
        if (registry.Find<T>() is { } entry)
        {
            var own = new OwnPayloadDecoder<T>(entry, registry);
            foreach (var name in entry.Aliases.Prepend(entry.Name).Distinct(StringComparer.Ordinal))
                decoders.Add(new WireDecoder<T>(name, false, own));
        }

        foreach (var upcaster in registrations.Upcasters.OfType<IUpcasterTo<T>>())
            decoders.AddRange(upcaster.Extend(this));
        return decoders;
    }
}
