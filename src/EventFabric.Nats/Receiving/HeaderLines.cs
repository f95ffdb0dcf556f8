namespace EventFabric.Nats.Receiving;

/// <summary>The lines of a message's headers behind the version line. One without a colon is left out.</summary>
internal ref struct HeaderLines
{
    private Span<byte> _rest;

    internal HeaderLines(Span<byte> text)
    {
        var end = text.IndexOf("\r\n"u8);
        _rest = end < 0 ? default : text[(end + 2)..];
        Current = default;
    }

    public HeaderLine Current { get; private set; }

    public readonly HeaderLines GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf("\r\n"u8);
            var line = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 2)..];
            var colon = line.IndexOf((byte)':');
            if (colon <= 0)
                continue;
            Current = new HeaderLine(line[..colon], line[(colon + 1)..].Trim(" \t"u8));
            return true;
        }

        return false;
    }
}

/// <summary>One line: a name and its value without blanks at its edges.</summary>
internal readonly ref struct HeaderLine(Span<byte> name, Span<byte> value)
{
    internal Span<byte> Name { get; } = name;

    internal Span<byte> Value { get; } = value;
}
