using System.Globalization;

namespace EventFabric;

/// <summary>
/// Where a broker keeps one event. Numbers inside; texts are made when they are read. <see cref="ToString"/> and <see cref="Parse"/> are each other's
/// inverse, so a position can be stored as text and used again.
/// </summary>
public readonly struct EventPosition : IEquatable<EventPosition>
{
    private readonly string? _channel;

    internal EventPosition(string channel, string? partition, long major, long minor, string? text)
    {
        _channel = channel;
        Partition = partition;
        Text = text;

        // A text is the whole position: numbers beside it would not survive the way through text.
        Major = text is null ? major : 0;
        Minor = text is null ? minor : 0;
    }

    /// <summary>The channel; empty on <c>default</c>.</summary>
    public string Channel => _channel ?? string.Empty;

    /// <summary>The partition within the channel; null where the broker has none.</summary>
    public string? Partition { get; }

    /// <summary>The place within the partition, in the broker's own terms: an offset, a sequence, a message id.</summary>
    public string Value => Text ?? (Minor == 0
        ? Major.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}"));

    internal long Major { get; }

    internal long Minor { get; }

    internal string? Text { get; }

    /// <summary>Says whether two positions are the same in every part.</summary>
    /// <param name="left">One position.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(EventPosition left, EventPosition right) => left.Equals(right);

    /// <summary>Says whether two positions differ in some part.</summary>
    /// <param name="left">One position.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(EventPosition left, EventPosition right) => !left.Equals(right);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text: at most 8,192 characters.</param>
    /// <returns>The position.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException">It is no position, or longer than that.</exception>
    public static EventPosition Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PositionText.TryParse(text, out var position)
            ? position
            : throw new FormatException("Not an event position. Expected \"channel/value\" or \"channel/partition/value\", as EventPosition.ToString writes it.");
    }

    /// <summary>
    /// The position as one text of printable ASCII: <c>orders/3/1042</c>, or <c>orders/1042</c> where there is no partition. Characters that would be
    /// ambiguous are escaped as <c>%XX</c> or <c>%uXXXX</c>.
    /// </summary>
    /// <returns>The text.</returns>
    public override string ToString() => PositionText.Format(this);

    /// <inheritdoc/>
    public bool Equals(EventPosition other) =>
        Major == other.Major
        && Minor == other.Minor
        && string.Equals(Text, other.Text, StringComparison.Ordinal)
        && string.Equals(Partition, other.Partition, StringComparison.Ordinal)
        && string.Equals(Channel, other.Channel, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EventPosition other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Major, Minor, Text, Partition, Channel);
}
