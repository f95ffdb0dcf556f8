using System.Collections.Frozen;
using System.Text;

namespace EventFabric.Subscribing;

/// <summary>Which handler of a subscription takes which event type, by the type's bytes on the wire. Thread-safe.</summary>
internal sealed class HandlerTable
{
    private readonly FrozenDictionary<byte[], TypeBinding>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <param name="bindings">Names on the wire, and what takes them.</param>
    /// <param name="count">How many handlers there are.</param>
    public HandlerTable(IReadOnlyDictionary<string, TypeBinding> bindings, int count)
    {
        Count = count;
        HasBatches = bindings.Values.Any(static binding => binding.TakesBatches);
        _lookup = bindings.ToFrozenDictionary(pair => Encoding.UTF8.GetBytes(pair.Key), pair => pair.Value, Utf8Comparer.Instance)
            .GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count { get; }

    /// <summary>Whether any handler takes batches: then records are handed out in batches, single handlers' ones too.</summary>
    public bool HasBatches { get; }

    public TypeBinding? Find(ReadOnlySpan<byte> type) => _lookup.TryGetValue(type, out var binding) ? binding : null;
}
