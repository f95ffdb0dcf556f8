using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EventFabric.Drivers;

/// <summary>
/// A CloudEvents id: a Guid or any text, kept as what it is and made text on request. A text that is exactly how a Guid is written (lower case,
/// with hyphens) is the same id as that Guid. Immutable.
/// </summary>
[Experimental("EVF9001")]
public readonly struct CloudEventId : IEquatable<CloudEventId>
{
    private const int GuidLength = 36;
    private readonly Guid _guid;
    private readonly string? _text;

    /// <summary>Makes an id of a Guid.</summary>
    /// <param name="id">The id.</param>
    public CloudEventId(Guid id) => _guid = id;

    /// <summary>Makes an id of a text.</summary>
    /// <param name="id">The id.</param>
    public CloudEventId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length == GuidLength && !id.AsSpan().ContainsAnyInRange('A', 'F') && Guid.TryParseExact(id, "D", out var guid))
            _guid = guid;
        else
            _text = id;
    }

    /// <summary>The length of the text in UTF-8.</summary>
    public int Utf8Length => _text is null ? GuidLength : Encoding.UTF8.GetByteCount(_text);

    /// <summary>Whether two ids are the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when their texts are equal.</returns>
    public static bool operator ==(CloudEventId left, CloudEventId right) => left.Equals(right);

    /// <summary>Whether two ids differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when their texts differ.</returns>
    public static bool operator !=(CloudEventId left, CloudEventId right) => !left.Equals(right);

    /// <summary>Gives the id as a Guid, where it is one.</summary>
    /// <param name="id">The Guid.</param>
    /// <returns>Whether the id is a Guid.</returns>
    public bool TryGetGuid(out Guid id)
    {
        id = _guid;
        return _text is null;
    }

    /// <summary>Writes the text.</summary>
    /// <param name="utf8">At least <see cref="Utf8Length"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentException">The target is too short.</exception>
    public int Write(Span<byte> utf8)
    {
        if (_text is not null)
            return Encoding.UTF8.GetBytes(_text, utf8);
        return _guid.TryFormat(utf8, out var written) ? written : throw new ArgumentException("The target is too short for the id.", nameof(utf8));
    }

    /// <summary>The text.</summary>
    /// <returns>The id as it stands on the wire.</returns>
    public override string ToString() => _text ?? _guid.ToString();

    /// <inheritdoc/>
    public bool Equals(CloudEventId other) => _guid == other._guid && string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is CloudEventId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _text is null ? _guid.GetHashCode() : string.GetHashCode(_text, StringComparison.Ordinal);
}
