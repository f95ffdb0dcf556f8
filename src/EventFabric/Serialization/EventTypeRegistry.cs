using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using EventFabric.Configuration;

namespace EventFabric.Serialization;

/// <summary>
/// The event types of one application, by CLR type and by their names on the wire. Made once from the registrations; what is wrong with them is
/// collected in <see cref="Problems"/>, for the exception that refuses the start. Immutable, thread-safe.
/// </summary>
internal sealed class EventTypeRegistry
{
    private readonly Utf8Table<EventTypeEntry> _byName;
    private readonly FrozenDictionary<Type, EventTypeEntry> _byType;
    private readonly EventTypeEntry?[] _bySlot;
    private readonly List<string> _problems = [];

    internal EventTypeRegistry(FabricRegistrations registrations, IServiceProvider services)
    {
        Codecs = new PayloadCodecs(registrations.Serializers.Select(create => create(services)), JsonMetadata.CreateOptions(registrations), _problems);
        Transforms = new PayloadTransforms(registrations.Transforms.Select(create => create(services)), _problems);

        var byType = new Dictionary<Type, EventTypeEntry>();
        foreach (var registration in registrations.Events.Append(BuiltIn(registrations)))
        {
            if (registration?.CreateEntry(Codecs, Transforms.Coding, _problems) is { } entry)
                byType.Add(entry.ClrType, entry);
        }

        var byName = new Dictionary<string, EventTypeEntry>(StringComparer.Ordinal);
        foreach (var entry in byType.Values)
        {
            foreach (var name in entry.Aliases.Prepend(entry.Name).Distinct(StringComparer.Ordinal))
            {
                if (!byName.TryAdd(name, entry))
                    _problems.Add($"{byName[name].ClrType} and {entry.ClrType} both have the event type or alias \"{name}\": a name stands for one type.");
            }
        }

        FindCycles(registrations);
        _byType = byType.ToFrozenDictionary();
        _byName = new Utf8Table<EventTypeEntry>(byName);
        _bySlot = new EventTypeEntry?[byType.Values.Select(static entry => entry.Slot).DefaultIfEmpty(-1).Max() + 1];
        foreach (var entry in byType.Values)
            _bySlot[entry.Slot] = entry;
        All = byType.Values;
    }

    /// <summary>What refuses the start, each with its remedy.</summary>
    internal IReadOnlyList<string> Problems => _problems;

    internal IReadOnlyCollection<EventTypeEntry> All { get; }

    internal PayloadCodecs Codecs { get; }

    internal PayloadTransforms Transforms { get; }

    /// <summary>The type that a name on the wire stands for, aliases included.</summary>
    internal EventTypeEntry? Find(ReadOnlySpan<byte> typeUtf8) => _byName.Find(typeUtf8);

    internal EventTypeEntry? Find(Type clrType) => _byType.GetValueOrDefault(clrType);

    /// <summary>The entry of exactly <typeparamref name="T"/>, without a search.</summary>
    internal EventTypeEntry<T>? Find<T>()
        where T : notnull
    {
        var slot = TypeSlot<T>.Index;
        return slot < _bySlot.Length ? Unsafe.As<EventTypeEntry<T>?>(_bySlot[slot]) : null;
    }

    private static EventRegistration<Tombstone>? BuiltIn(FabricRegistrations registrations)
        => registrations.Events.Exists(static known => known.ClrType == typeof(Tombstone)) ? null : new EventRegistration<Tombstone>(null, null, null, null, implied: true);

    private void FindCycles(FabricRegistrations registrations)
    {
        foreach (var first in registrations.Upcasters)
        {
            var at = first;
            for (var step = 0; at is not null && step < registrations.Upcasters.Count; step++)
            {
                if (at.To == first.From)
                {
                    _problems.Add($"The upcasters from {first.From} lead back to it: remove one AddUpcaster.");
                    break;
                }

                at = registrations.Upcasters.Find(next => next.From == at.To);
            }
        }
    }
}
