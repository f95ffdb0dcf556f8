using System.Globalization;

namespace EventFabric.Configuration.Reading;

/// <summary>A start position as configuration writes it: <c>Earliest</c>, <c>Latest</c> or an ISO 8601 time with its offset.</summary>
internal static class StartText
{
    private static readonly string[] Times =
    [
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
    ];

    public static bool TryParse(string text, out StartPosition value, out string problem)
    {
        problem = "is not a start position; write \"Earliest\", \"Latest\" or a time with its offset, \"2026-01-31T00:00:00Z\"";
        value = StartPosition.Earliest;
        if (text.Equals("Earliest", StringComparison.OrdinalIgnoreCase)) return true;
        if (text.Equals("Latest", StringComparison.OrdinalIgnoreCase))
        {
            value = StartPosition.Latest;
            return true;
        }

        // Without an offset the same file would mean another moment on every machine.
        var hasOffset = text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal);
        if (!hasOffset || !DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return false;
        value = StartPosition.At(time);
        return true;
    }

    public static string Format(StartPosition value) => value.Kind switch
    {
        StartKind.Earliest => "Earliest",
        StartKind.Latest => "Latest",
        StartKind.Time => value.Time!.Value.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture),
        _ => value.Position.ToString()!,
    };
}
