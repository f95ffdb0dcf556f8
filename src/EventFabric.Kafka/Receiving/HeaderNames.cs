using System.Text;

namespace EventFabric.Kafka.Receiving;

/// <summary>Names of headers in UTF-8: the client gives them as text, and they are nearly always the same few. One thread's.</summary>
internal sealed class HeaderNames
{
    /// <summary>Whoever writes a new name into each record must not fill the memory.</summary>
    private const int MaxKnown = 1024;

    private readonly Dictionary<string, byte[]> _known = new(StringComparer.Ordinal);

    internal byte[] Utf8(string name)
    {
        if (_known.TryGetValue(name, out var known))
            return known;
        var bytes = Encoding.UTF8.GetBytes(name);
        if (_known.Count < MaxKnown)
            _known.Add(name, bytes);
        return bytes;
    }
}
