namespace EventFabric;

/// <summary>
/// Where a group starts to read a channel the first time. <c>default</c> is <see cref="Earliest"/>: the oldest event that the broker still keeps for
/// this group, which every broker has.
/// </summary>
public readonly record struct StartPosition
{
    /// <summary>Which of the kinds it is.</summary>
    public StartKind Kind { get; private init; }

    /// <summary>The time, with <see cref="StartKind.Time"/>; else null.</summary>
    public DateTimeOffset? Time { get; private init; }

    /// <summary>The position, with <see cref="StartKind.Position"/>; else null.</summary>
    public EventPosition? Position { get; private init; }

    /// <summary>The oldest event that the broker still keeps for this group.</summary>
    public static StartPosition Earliest => default;

    /// <summary>Only events published after the start.</summary>
    public static StartPosition Latest => new() { Kind = StartKind.Latest };

    /// <summary>The first event at a time or after it.</summary>
    /// <param name="time">The time, by the broker's clock.</param>
    /// <returns>The start.</returns>
    public static StartPosition At(DateTimeOffset time) => new() { Kind = StartKind.Time, Time = time };

    /// <summary>The event at a position.</summary>
    /// <param name="position">A position of the same channel.</param>
    /// <returns>The start.</returns>
    public static StartPosition At(EventPosition position) => new() { Kind = StartKind.Position, Position = position };
}
