using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>One header of a <see cref="HeaderBlock"/>. Points into the block.</summary>
[Experimental("EVF9001")]
public readonly ref struct HeaderEntry
{
    internal HeaderEntry(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isNull)
    {
        Name = name;
        Value = value;
        IsNull = isNull;
    }

    /// <summary>The name, as it stands on the wire.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The value; empty when it is null.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether the value is null, not empty.</summary>
    public bool IsNull { get; }
}
