using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EventFabric.Drivers;

/// <summary>
/// Writes <see cref="HeaderBlock"/>s, one after the other: into a buffer of its own that grows, or straight into a slab. Not thread-safe; made once
/// and used again.
/// </summary>
/// <remarks>
/// The first header of each of the names <c>{prefix}id</c>, <c>{prefix}type</c>, <c>{prefix}source</c> and <c>{prefix}time</c> is indexed if it begins
/// within the first 65,535 bytes of the block. Beyond that it is an ordinary header, and the attribute counts as absent.
/// </remarks>
[Experimental("EVF9001")]
public sealed class HeaderWriter
{
    private readonly byte[] _prefix;
    private readonly byte[]? _alsoRead;
    private byte[] _own = new byte[512];
    private Memory<byte> _target;
    private bool _inSlab;

    /// <summary>Makes a writer that indexes the names of a binding, those that it only reads included.</summary>
    /// <param name="binding">How the broker's records carry CloudEvents attributes.</param>
    public HeaderWriter(CloudEventsBinding binding)
        : this((binding ?? throw new ArgumentNullException(nameof(binding))).Prefix)
    {
        _alsoRead = binding.AlsoRead is { } also ? Encoding.UTF8.GetBytes(also) : null;
    }

    /// <summary>Makes a writer that indexes the names of one prefix.</summary>
    /// <param name="prefix">What stands before an attribute's name: <c>ce_</c>.</param>
    public HeaderWriter(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        _prefix = Encoding.UTF8.GetBytes(prefix);
        Begin();
    }

    /// <summary>How many headers the block has.</summary>
    public int Count { get; private set; }

    /// <summary>The block's length so far in bytes, index included.</summary>
    public int Length { get; private set; }

    /// <summary>The block so far, in place: valid until the next <c>Begin</c>, and until the next <c>Add</c> where the writer's own buffer is used.</summary>
    public HeaderBlock Block => new(_target[..Length]);

    /// <summary>Begins an empty block in the writer's own buffer.</summary>
    public void Begin() => Begin(_own, inSlab: false);

    /// <summary>Begins an empty block in a slab.</summary>
    /// <param name="slab">Where it may grow; at least 8 bytes.</param>
    /// <exception cref="ArgumentException">The slab is too short for the index.</exception>
    public void Begin(Memory<byte> slab)
    {
        if (slab.Length < HeaderLayout.IndexLength)
            throw new ArgumentException("A header block needs 8 bytes for its index.", nameof(slab));
        Begin(slab, inSlab: true);
    }

    /// <summary>Begins a block in the writer's own buffer with the headers of another.</summary>
    /// <param name="template">The block to copy. Its index is kept.</param>
    public void Begin(HeaderBlock template)
    {
        Begin();
        if (template.IsEmpty)
            return;

        var bytes = template.Bytes.Span;
        Reserve(bytes.Length - HeaderLayout.IndexLength);
        bytes.CopyTo(_target.Span);
        Length = bytes.Length;
        foreach (var _ in template)
            Count++;
    }

    /// <summary>Appends a header.</summary>
    /// <param name="name">The name, in UTF-8, at most 65,535 bytes.</param>
    /// <param name="value">The value, in UTF-8 or any bytes.</param>
    /// <exception cref="ArgumentException">The name is too long, or the slab is full.</exception>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => AddOrThrow(name, value, isNull: false);

    /// <summary>Appends a header whose value is null.</summary>
    /// <param name="name">The name, in UTF-8, at most 65,535 bytes.</param>
    /// <exception cref="ArgumentException">The name is too long, or the slab is full.</exception>
    public void AddNull(ReadOnlySpan<byte> name) => AddOrThrow(name, default, isNull: true);

    /// <summary>Appends a header if it fits.</summary>
    /// <param name="name">The name, in UTF-8.</param>
    /// <param name="value">The value, in UTF-8 or any bytes.</param>
    /// <param name="isNull">Whether the value is null; <paramref name="value"/> is then not looked at.</param>
    /// <returns>False, with nothing written, when the name is longer than 65,535 bytes or the slab is full.</returns>
    public bool TryAdd(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isNull = false)
    {
        if (name.Length > HeaderLayout.MaxNameLength)
            return false;
        if (isNull)
            value = default;
        var bytes = (long)HeaderLayout.EntryHead + name.Length + value.Length;
        if (bytes > _target.Length - Length && !Reserve(bytes))
            return false;

        var block = _target.Span;
        HeaderLayout.Write(block[Length..], name, value, isNull);
        if (!isNull && Length <= ushort.MaxValue && TryMatch(name, out var attribute) && HeaderLayout.OffsetOf(block, attribute) == 0)
            HeaderLayout.SetOffset(block, attribute, Length);
        Length += (int)bytes;
        Count++;
        return true;
    }

    /// <summary>Copies the block.</summary>
    /// <param name="target">At least <see cref="Length"/> bytes.</param>
    /// <returns>How many bytes were written: <see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException">The target is too short.</exception>
    public int CopyTo(Span<byte> target)
    {
        _target.Span[..Length].CopyTo(target);
        return Length;
    }

    /// <summary>Copies the block into an array of its own, which later use of the writer leaves alone.</summary>
    /// <returns>The copy.</returns>
    public HeaderBlock ToBlock() => new(_target[..Length].ToArray());

    private void Begin(Memory<byte> target, bool inSlab)
    {
        _target = target;
        _inSlab = inSlab;
        _target.Span[..HeaderLayout.IndexLength].Clear();
        Length = HeaderLayout.IndexLength;
        Count = 0;
    }

    private void AddOrThrow(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isNull)
    {
        if (!TryAdd(name, value, isNull))
            throw new ArgumentException("The header does not fit: its name is longer than 65,535 bytes, or the slab is full.", nameof(name));
    }

    private bool Reserve(long more)
    {
        var needed = Length + more;
        if (needed <= _target.Length)
            return true;
        if (_inSlab || needed > Array.MaxLength)
            return false;

        var larger = new byte[(int)Math.Min(Array.MaxLength, Math.Max(needed, _own.Length * 2L))];
        _target.Span[..Length].CopyTo(larger);
        _own = larger;
        _target = larger;
        return true;
    }

    private bool TryMatch(ReadOnlySpan<byte> name, out CloudEventAttribute attribute)
    {
        attribute = default;
        return (name.StartsWith(_prefix) && IsWellKnown(name[_prefix.Length..], out attribute))
            || (_alsoRead is { } also && name.StartsWith(also) && IsWellKnown(name[also.Length..], out attribute));
    }

    private static bool IsWellKnown(ReadOnlySpan<byte> name, out CloudEventAttribute attribute)
    {
        attribute = name.Length switch
        {
            2 => CloudEventAttribute.Id,
            6 => CloudEventAttribute.Source,
            4 when name[1] == (byte)'y' => CloudEventAttribute.Type,
            _ => CloudEventAttribute.Time,
        };
        return attribute switch
        {
            CloudEventAttribute.Id => name.SequenceEqual("id"u8),
            CloudEventAttribute.Type => name.SequenceEqual("type"u8),
            CloudEventAttribute.Source => name.SequenceEqual("source"u8),
            _ => name.SequenceEqual("time"u8),
        };
    }
}
