using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Envelope;

/// <summary>What stands behind <see cref="EventHeaders"/> of a received event: one for each slot. It finds names in any case by itself.</summary>
internal sealed class EventHeadersView(IDecodedHolder holder) : IReadOnlyDictionary<string, string>
{
    public int Count => holder.Decoded.CopyHeaders().Count;

    public IEnumerable<string> Keys => holder.Decoded.CopyHeaders().Select(static header => header.Key);

    public IEnumerable<string> Values => holder.Decoded.CopyHeaders().Select(static header => header.Value);

    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"The event has no header '{key}'.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => holder.Decoded.TryGetHeader(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => holder.Decoded.CopyHeaders().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
