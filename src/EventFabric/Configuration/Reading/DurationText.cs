using System.Globalization;

namespace EventFabric.Configuration.Reading;

/// <summary>
/// Durations as they are written in configuration: a number with a unit (<c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>24h</c>, <c>7d</c>) or
/// <c>[d.]hh:mm:ss</c> with hours below 24. What .NET reads differently than people (<c>30</c> as days, <c>24:00:00</c> as 24 days) is refused.
/// </summary>
internal static class DurationText
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
        ("d", TimeSpan.TicksPerDay),
    ];

    private static readonly string[] ClockFormats =
    [
        @"hh\:mm\:ss",
        @"d\.hh\:mm\:ss",
        @"hh\:mm\:ss\.FFFFFFF",
        @"d\.hh\:mm\:ss\.FFFFFFF",
    ];

    /// <summary>Reads a duration.</summary>
    /// <param name="text">What is written.</param>
    /// <param name="value">The duration.</param>
    /// <param name="problem">Otherwise what is wrong and what to write, to follow the quoted text.</param>
    public static bool TryParse(string text, out TimeSpan value, out string problem)
    {
        value = default;
        problem = "is not a duration; write a number with a unit (\"500ms\", \"30s\", \"5m\", \"24h\", \"7d\") or [d.]hh:mm:ss";
        if (text.Contains(':', StringComparison.Ordinal)) return TryParseClock(text, out value, ref problem);
        var digits = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz");
        const NumberStyles styles = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (!decimal.TryParse(digits, styles, CultureInfo.InvariantCulture, out var number)) return false;
        var unit = text.AsSpan(digits.Length);
        if (unit.IsEmpty)
        {
            problem = $"has no unit; write \"{text}s\" for seconds, or ms, m, h, d";
            return false;
        }

        foreach (var (name, ticks) in Units)
        {
            if (!unit.SequenceEqual(name)) continue;
            if (Math.Abs(number) > TimeSpan.MaxValue.Ticks / ticks)
            {
                problem = "is longer than a duration can be";
                return false;
            }

            value = new TimeSpan((long)(number * ticks));
            return true;
        }

        return false;
    }

    /// <summary>Writes a duration so that <see cref="TryParse"/> reads it again, in the largest unit that leaves no fraction.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero) return "0s";
        for (var i = Units.Length - 1; i >= 0; i--)
        {
            if (value.Ticks % Units[i].Ticks == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / Units[i].Ticks}{Units[i].Unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / (decimal)TimeSpan.TicksPerMillisecond}ms");
    }

    private static bool TryParseClock(string text, out TimeSpan value, ref string problem)
    {
        value = default;
        var parts = text.Split(':');
        if (parts.Length == 2)
        {
            problem = "could be hours and minutes or minutes and seconds; write hh:mm:ss, or a number with a unit";
            return false;
        }

        if (parts.Length != 3) return false;
        var hours = parts[0][(parts[0].IndexOf('.', StringComparison.Ordinal) + 1)..];
        if (int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 23)
        {
            problem = $"has {count} hours, but hh goes to 23; write \"{count}h\" or d.hh:mm:ss";
            return false;
        }

        return TimeSpan.TryParseExact(text, ClockFormats, CultureInfo.InvariantCulture, out value);
    }
}
