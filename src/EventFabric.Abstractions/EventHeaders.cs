using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace EventFabric;

/// <summary>
/// The headers of one event: CloudEvents extensions and transport headers in one bag. A name is looked up exactly first, then in any case. Valid as
/// long as the <see cref="EventContext{T}"/> that it came from; afterwards its members throw <see cref="InvalidOperationException"/>. <c>default</c> is
/// empty.
/// </summary>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "A view; views are not compared.")]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "Headers is the field's word.")]
public readonly struct EventHeaders : IReadOnlyDictionary<string, string>
{
    private static readonly Dictionary<string, string> Empty = [];

    private readonly IReadOnlyDictionary<string, string>? _source;
    private readonly EventSlot? _slot;
    private readonly int _version;

    /// <summary>A view of a dictionary, which is not copied.</summary>
    /// <param name="headers">The headers.</param>
    /// <exception cref="ArgumentNullException"><paramref name="headers"/> is null.</exception>
    public EventHeaders(IReadOnlyDictionary<string, string> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        _source = headers;
        _slot = null;
        _version = 0;
    }

    /// <summary>
    /// A view of what a slot holds. <paramref name="source"/> finds a name in any case by itself, since it can do so without making a text of every
    /// name.
    /// </summary>
    internal EventHeaders(IReadOnlyDictionary<string, string> source, EventSlot slot, int version)
    {
        _source = source;
        _slot = slot;
        _version = version;
    }

    /// <summary>How many headers there are.</summary>
    public int Count => Confirm(Live.Count);

    /// <summary>The names.</summary>
    public IEnumerable<string> Keys => this.Select(static header => header.Key);

    /// <summary>The values.</summary>
    public IEnumerable<string> Values => this.Select(static header => header.Value);

    /// <summary>The value of a header.</summary>
    /// <param name="key">The name: exact first, then in any case.</param>
    /// <returns>The value.</returns>
    /// <exception cref="KeyNotFoundException">There is no such header.</exception>
    public string this[string key] =>
        TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"The event has no header '{key}'.");

    /// <summary>Says whether there is a header of this name, exact or in any case.</summary>
    /// <param name="key">The name.</param>
    /// <returns>True when there is one.</returns>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <summary>Looks a header up: exact name first, then in any case.</summary>
    /// <param name="key">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when there is no such header.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        var source = Live;
        if (source.TryGetValue(key, out value))
        {
            return Confirm(true);
        }

        if (_slot is null)
        {
            foreach (var header in source)
            {
                if (string.Equals(header.Key, key, StringComparison.OrdinalIgnoreCase))
                {
                    value = header.Value;
                    return true;
                }
            }
        }

        return Confirm(false);
    }

    /// <summary>Enumerates the headers; each name once.</summary>
    /// <returns>The enumerator. It throws when the event's handler returned in the meantime.</returns>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _slot is null ? Live.GetEnumerator() : Enumerate(Live);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The same headers in a dictionary of their own, readable when the event is gone. The names' case rule stays.</summary>
    internal EventHeaders Snapshot()
    {
        if (_slot is null)
        {
            return this;
        }

        var copy = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in this)
        {
            copy.TryAdd(name, value);
        }

        return new EventHeaders(copy);
    }

    private IReadOnlyDictionary<string, string> Live
    {
        get
        {
            if (_slot is not null)
            {
                EventSlot.Check(_slot, _version);
            }

            return _source ?? Empty;
        }
    }

    private TValue Confirm<TValue>(TValue value) => _slot is null ? value : _slot.Confirm(value, _version);

    private IEnumerator<KeyValuePair<string, string>> Enumerate(IReadOnlyDictionary<string, string> source)
    {
        foreach (var header in source)
        {
            yield return Confirm(header);
        }
    }
}
