using EventFabric.Serialization;

namespace EventFabric.Subscribing;

/// <summary>Which handler of a subscription takes which event type, by the type's bytes on the wire. Thread-safe.</summary>
internal sealed class HandlerTable
{
    private readonly Utf8Table<TypeBinding> _byName;

    /// <param name="bindings">Names on the wire, and what takes them.</param>
    /// <param name="count">How many handlers there are.</param>
    public HandlerTable(IReadOnlyDictionary<string, TypeBinding> bindings, int count)
    {
        Count = count;
        HasBatches = bindings.Values.Any(static binding => binding.TakesBatches);
        _byName = new Utf8Table<TypeBinding>(bindings);
    }

    public int Count { get; }

    /// <summary>Whether any handler takes batches: then records are handed out in batches, single handlers' ones too.</summary>
    public bool HasBatches { get; }

    public TypeBinding? Find(ReadOnlySpan<byte> type) => _byName.Find(type);
}
