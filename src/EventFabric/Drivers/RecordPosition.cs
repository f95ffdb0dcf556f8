using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EventFabric.Drivers;

/// <summary>
/// Where a broker keeps a record. Cumulative: ordered by <paramref name="Major"/> and <paramref name="Minor"/> within a partition. Per record: an
/// identity only, compared by all of it. Stable over redeliveries.
/// </summary>
/// <param name="Partition">The partition: <see cref="Ownership.Index"/>; -1 where the broker has none.</param>
/// <param name="Major">An offset, a sequence, a ledger.</param>
/// <param name="Minor">A second number, where one is not enough; else 0.</param>
/// <param name="Text">The position, where numbers cannot say it; else null.</param>
[Experimental("EVF9001")]
public readonly record struct RecordPosition(int Partition, long Major, long Minor, string? Text)
{
    /// <summary>Takes the position out of what an application stored.</summary>
    /// <param name="position">A position of the same broker.</param>
    /// <returns>The position; its partition is -1 where there is none, or where its name is not a number.</returns>
    public static RecordPosition From(EventPosition position)
    {
        var partition = int.TryParse(position.Partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        return new RecordPosition(partition, position.Major, position.Minor, position.Text);
    }

    /// <summary>The text that <see cref="EventPosition.Value"/> shows: <see cref="Text"/>, else <c>Major</c> or <c>Major.Minor</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Text
        ?? (Minor == 0 ? Major.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}"));

    /// <summary>The position as an application sees it.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="partition">The partition's name; without one its number, where there is a partition.</param>
    internal EventPosition ToEventPosition(string channel, string? partition) =>
        new(channel, !string.IsNullOrEmpty(partition) ? partition : Partition < 0 ? null : Partition.ToString(CultureInfo.InvariantCulture), Major, Minor, Text);
}
