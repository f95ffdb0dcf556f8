using System.Globalization;

namespace EventFabric.Configuration.Reading;

/// <summary>Reads the other kinds of values. Each says what is wrong and what to write, to follow the quoted text.</summary>
internal static class SettingTexts
{
    public delegate bool Parser<T>(string text, out T value, out string problem);

    public static bool TryText(string text, out string value, out string problem)
    {
        value = text;
        problem = "is empty; write a value or remove the key";
        return !string.IsNullOrWhiteSpace(text);
    }

    public static bool TryFlag(string text, out bool value, out string problem)
    {
        problem = "is not a flag; write true or false";
        return bool.TryParse(text, out value);
    }

    public static bool TryNumber(string text, out long value, out string problem)
    {
        problem = "is not a whole number; write digits only";
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    public static bool TryFraction(string text, out double value, out string problem)
    {
        problem = "is not a number; write digits with a decimal point, \"0.5\"";
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return double.TryParse(text, styles, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    public static bool TryChoice<TEnum>(string text, out TEnum value, out string problem)
        where TEnum : struct, Enum
    {
        var names = Enum.GetNames<TEnum>();
        problem = $"is not one of {string.Join(", ", names)}";
        value = default;
        foreach (var name in names)
        {
            if (!name.Equals(text, StringComparison.OrdinalIgnoreCase)) continue;
            value = Enum.Parse<TEnum>(name);
            return true;
        }

        if (NearestName.Find(text, names) is { } nearest) problem += $"; did you mean \"{nearest}\"?";
        return false;
    }

    /// <summary>Durations with commas between them; empty text is none.</summary>
    public static bool TryDurations(string text, out IReadOnlyList<TimeSpan> value, out string problem)
    {
        problem = "";
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var durations = new TimeSpan[parts.Length];
        value = durations;
        for (var i = 0; i < parts.Length; i++)
        {
            if (!DurationText.TryParse(parts[i], out durations[i], out problem)) return false;
        }

        return true;
    }

    public static string Format(IReadOnlyList<TimeSpan> value) => string.Join(", ", value.Select(DurationText.Format));

    public static string Format(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Format(double value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Format(bool value) => value ? "true" : "false";
}
