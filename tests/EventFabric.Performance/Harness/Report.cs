using System.Globalization;
using Spectre.Console;

namespace EventFabric.Performance.Harness;

/// <summary>The rows as a table for people.</summary>
internal static class Report
{
    public static void Write(IAnsiConsole console, IReadOnlyList<Row> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("scenario", "variant", "peer");
        foreach (var name in (string[])["ratio", "low..high", "events/s", "peer", "ns", "CPU us", "peer CPU", "B", "peer B", "p50 us", "p99 us", "peer p50", "peer p99"])
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        foreach (var row in rows)
        {
            table.AddRow(
                row.Scenario,
                Markup.Escape(row.Variant),
                Markup.Escape(row.Peer),
                Text(row.Ratio),
                $"{Text(row.RatioLow)}..{Text(row.RatioHigh)}",
                Speed(row.EventsPerSecond),
                Speed(row.PeerEventsPerSecond),
                Text(row.NanosecondsPerEvent),
                Text(row.CpuMicrosecondsPerEvent),
                Text(row.PeerCpuMicrosecondsPerEvent),
                Text(row.BytesPerEvent),
                Text(row.PeerBytesPerEvent),
                Text(row.P50Microseconds),
                Text(row.P99Microseconds),
                Text(row.PeerP50Microseconds),
                Text(row.PeerP99Microseconds));
        }

        console.Write(table);
        foreach (var row in rows.Where(static row => row.Note is not null))
            console.WriteLine($"{row.Scenario}, {row.Variant}: {row.Note}");
    }

    private static string Speed(double eventsPerSecond) => eventsPerSecond switch
    {
        >= 1e6 => Text(eventsPerSecond / 1e6) + " M",
        >= 1e3 => Text(eventsPerSecond / 1e3) + " k",
        _ => Text(eventsPerSecond),
    };

    private static string Text(double value) =>
        value.ToString(Math.Abs(value) switch { >= 100 => "0", >= 10 => "0.0", >= 0.1 => "0.00", _ => "0.0000" }, CultureInfo.InvariantCulture);
}
