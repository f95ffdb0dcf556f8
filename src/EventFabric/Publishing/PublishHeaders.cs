using System.Collections;
using System.Diagnostics.CodeAnalysis;
using EventFabric.Envelope;

namespace EventFabric.Publishing;

/// <summary>The headers of an event on its way out, as middleware, serializers and transforms see and change them. Reserved names are refused.</summary>
internal sealed class PublishHeaders : IDictionary<string, string>, IReadOnlyCollection<KeyValuePair<string, string>>
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.Ordinal);

    /// <param name="initial">The headers of the options, checked already.</param>
    internal PublishHeaders(IReadOnlyDictionary<string, string>? initial)
    {
        if (initial is null)
            return;
        foreach (var (name, value) in initial)
            _headers.Add(name, value);
    }

    public int Count => _headers.Count;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => _headers.Keys;

    public ICollection<string> Values => _headers.Values;

    public string this[string key]
    {
        get => _headers[key];
        set
        {
            HeaderRules.Check(key, value);
            _headers[key] = value;
        }
    }

    public void Add(string key, string value)
    {
        HeaderRules.Check(key, value);
        _headers.Add(key, value);
    }

    public bool ContainsKey(string key) => _headers.ContainsKey(key);

    public bool Remove(string key) => _headers.Remove(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => _headers.TryGetValue(key, out value);

    public void Add(KeyValuePair<string, string> item) => Add(item.Key, item.Value);

    public void Clear() => _headers.Clear();

    public bool Contains(KeyValuePair<string, string> item) => ((ICollection<KeyValuePair<string, string>>)_headers).Contains(item);

    public void CopyTo(KeyValuePair<string, string>[] array, int arrayIndex) => ((ICollection<KeyValuePair<string, string>>)_headers).CopyTo(array, arrayIndex);

    public bool Remove(KeyValuePair<string, string> item) => ((ICollection<KeyValuePair<string, string>>)_headers).Remove(item);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _headers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
