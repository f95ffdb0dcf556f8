using System.Text;

namespace EventFabric.Kafka.Receiving;

/// <summary>
/// Names of headers in UTF-8: the client gives them as text, and they are nearly always the same few, at the same places. One thread's.
/// </summary>
internal sealed class HeaderNames
{
    /// <summary>Whoever writes a new name into each record must not fill the memory.</summary>
    private const int MaxKnown = 1024;

    private const int MaxPlaces = 16;

    private readonly Dictionary<string, byte[]> _known = new(StringComparer.Ordinal);
    private readonly (string Name, byte[] Utf8)[] _places = new (string, byte[])[MaxPlaces];

    /// <param name="place">Where the header stands in its record, from 0.</param>
    /// <param name="name">Its name.</param>
    internal byte[] Utf8(int place, string name)
    {
        if (place >= MaxPlaces)
            return Find(name);
        ref var last = ref _places[place];
        // Comparing costs less than a hash.
        if (!string.Equals(last.Name, name, StringComparison.Ordinal))
            last = (name, Find(name));
        return last.Utf8;
    }

    private byte[] Find(string name)
    {
        if (_known.TryGetValue(name, out var known))
            return known;
        var bytes = Encoding.UTF8.GetBytes(name);
        if (_known.Count < MaxKnown)
            _known.Add(name, bytes);
        return bytes;
    }
}
