using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EventFabric.Envelope;

/// <summary>Timestamps as CloudEvents 1.0 has them: RFC 3339, in UTF-8.</summary>
internal static class Rfc3339
{
    /// <summary>The length of <see cref="WriteMilliseconds"/>: <c>2026-11-24T16:52:03.123Z</c>.</summary>
    internal const int MillisecondsLength = 24;

    /// <summary>The most that <see cref="Write"/> needs: seven decimals and an offset.</summary>
    internal const int MaxLength = 33;

    private const long TicksPerDay = TimeSpan.TicksPerDay;
    private const long MillisecondsPerDay = 86_400_000;

    // The day changes once in 86,400,000 events of a fast publisher; its text is written once.
    private static Day _today = new(0);

    /// <summary>Writes a time in UTC with three decimals.</summary>
    /// <param name="unixMilliseconds">Unix time, within the years 1 to 9999.</param>
    /// <param name="to">At least <see cref="MillisecondsLength"/> bytes.</param>
    internal static void WriteMilliseconds(long unixMilliseconds, Span<byte> to)
    {
        var number = Math.DivRem(unixMilliseconds, MillisecondsPerDay, out var rest);
        if (rest < 0)
            (number, rest) = (number - 1, rest + MillisecondsPerDay);
        var today = _today;
        if (today.Number != number)
            _today = today = new Day(number);

        to = to[..MillisecondsLength];
        today.Text.CopyTo(to);
        var (seconds, milliseconds) = Math.DivRem((uint)rest, 1000);
        var (minutes, second) = Math.DivRem(seconds, 60);
        var (hour, minute) = Math.DivRem(minutes, 60);
        Two(to[11..], hour);
        to[13] = (byte)':';
        Two(to[14..], minute);
        to[16] = (byte)':';
        Two(to[17..], second);
        to[19] = (byte)'.';
        to[20] = (byte)('0' + (milliseconds / 100));
        Two(to[21..], milliseconds % 100);
        to[23] = (byte)'Z';
    }

    /// <summary>Writes a time exactly, in its own offset.</summary>
    /// <param name="time">The time.</param>
    /// <param name="to">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    internal static int Write(DateTimeOffset time, Span<byte> to)
    {
        Utf8Formatter.TryFormat(time, to, out _, 'O');
        var length = 19;
        var fraction = to.Slice(20, 7).TrimEnd((byte)'0').Length;
        length += fraction == 0 ? 0 : 1 + fraction;
        if (time.Offset == TimeSpan.Zero)
        {
            to[length] = (byte)'Z';
            return length + 1;
        }

        to.Slice(27, 6).CopyTo(to[length..]);
        return length + 6;
    }

    /// <summary>Reads any RFC 3339 date-time of the years 1 to 9999. More than seven decimals are cut; a leap second is the next one.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < 20 or > 64
            || !Four(text, out var year) || text[4] != '-' || !Two(text[5..], out var month) || text[7] != '-' || !Two(text[8..], out var day)
            || (text[10] | 0x20) != 't'
            || !Two(text[11..], out var hour) || text[13] != ':' || !Two(text[14..], out var minute) || text[16] != ':' || !Two(text[17..], out var second)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60)
            return false;

        var rest = text[19..];
        if (!TryParseFraction(ref rest, out var fraction) || !TryParseOffset(rest, out var offset))
            return false;

        var local = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Unspecified).Ticks + (second * TimeSpan.TicksPerSecond) + fraction;
        var utc = local - offset.Ticks;
        if (local > DateTime.MaxValue.Ticks || utc < 0 || utc > DateTime.MaxValue.Ticks)
            return false;
        time = new DateTimeOffset(local, offset);
        return true;
    }

    /// <summary>True for what <see cref="TryParse"/> reads. Quick for the form that <see cref="WriteMilliseconds"/> writes.</summary>
    internal static bool IsValid(ReadOnlySpan<byte> text) => IsOwnForm(text) || TryParse(text, out _);

    /// <summary>
    /// True for a valid <c>2026-11-24T16:52:03.123Z</c>. Every character is compared at once with the range that its place allows; what ranges of single
    /// characters cannot say is compared as numbers.
    /// </summary>
    internal static bool IsOwnForm(ReadOnlySpan<byte> text)
    {
        if (text.Length != MillisecondsLength)
            return false;
        ref var start = ref MemoryMarshal.GetReference(text);
        var low = Vector128.Create("0000-00-00T00:00"u8);
        var width = Vector128.Create((byte)9, 9, 9, 9, 0, 1, 9, 0, 3, 9, 0, 2, 9, 0, 5, 9);
        var lowEnd = Vector128.Create("00T00:00:00.000Z"u8);
        var widthEnd = Vector128.Create((byte)9, 9, 0, 2, 9, 0, 5, 9, 0, 5, 9, 0, 9, 9, 9, 0);
        if (!Vector128.LessThanOrEqualAll(Vector128.LoadUnsafe(ref start) - low, width)
            || !Vector128.LessThanOrEqualAll(Vector128.LoadUnsafe(ref start, 8) - lowEnd, widthEnd))
            return false;

        var month = Number(text[5], text[6]);
        var day = Number(text[8], text[9]);
        return !text.StartsWith("0000"u8)
            && month is > 0 and <= 12
            && day > 0 && (day <= 28 || day <= DateTime.DaysInMonth((Number(text[0], text[1]) * 100) + Number(text[2], text[3]), month))
            && Number(text[11], text[12]) <= 23;
    }

    private static int Number(byte high, byte low) => ((high - '0') * 10) + (low - '0');

    private static bool TryParseFraction(ref ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text[0] != '.')
            return true;
        var digits = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 1)
            return false;
        var unit = TimeSpan.TicksPerSecond;
        foreach (var digit in text.Slice(1, digits))
        {
            unit /= 10;
            ticks += (digit - '0') * unit;
        }

        text = text[(digits + 1)..];
        return true;
    }

    private static bool TryParseOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        if (text.Length == 1)
            return (text[0] | 0x20) == 'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || !Two(text[1..], out var hours) || text[3] != ':' || !Two(text[4..], out var minutes)
            || minutes > 59 || (hours * 60) + minutes > 14 * 60)
            return false;
        offset = TimeSpan.FromMinutes((text[0] == '-' ? -1 : 1) * ((hours * 60) + minutes));
        return true;
    }

    private static bool Four(ReadOnlySpan<byte> text, out int number)
    {
        var valid = Two(text, out var high) & Two(text[2..], out var low);
        number = (high * 100) + low;
        return valid;
    }

    private static bool Two(ReadOnlySpan<byte> text, out int number)
    {
        var (high, low) = ((uint)text[0] - '0', (uint)text[1] - '0');
        number = (int)((high * 10) + low);
        return high <= 9 && low <= 9;
    }

    private static void Two(Span<byte> to, uint number)
    {
        to[0] = (byte)('0' + (number / 10));
        to[1] = (byte)('0' + (number % 10));
    }

    /// <summary><c>2026-11-24T</c>, and the number of the day since 1970.</summary>
    private sealed class Day
    {
        internal Day(long number)
        {
            Number = number;
            Span<byte> text = stackalloc byte[MaxLength];
            Utf8Formatter.TryFormat(new DateTimeOffset(DateTime.UnixEpoch.Ticks + (number * TicksPerDay), TimeSpan.Zero), text, out _, 'O');
            Text = text[..11].ToArray();
        }

        internal long Number { get; }

        internal byte[] Text { get; }
    }
}
