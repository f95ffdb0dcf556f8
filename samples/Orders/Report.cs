using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Orders;

/// <summary>The closing table, for people and for programs.</summary>
public static class Report
{
    /// <summary>Prints the table, and writes the file that was asked for.</summary>
    public static async Task WriteAsync(Totals totals, RunOptions options, CancellationToken cancellationToken)
    {
        Print(totals, options);
        if (options.Json is null) return;
        options.Json.Directory?.Create();
        await File.WriteAllTextAsync(options.Json.FullName, JsonSerializer.Serialize(totals, TotalsJson.Default.Totals), cancellationToken);
    }

    private static void Print(Totals totals, RunOptions options)
    {
        var table = new Table().AddColumn($"orders on {options.Broker}").AddColumn(new TableColumn("count").RightAligned());
        Add("published", totals.Published);
        Add("handled", totals.Handled);
        Add("retried", totals.Retried);
        Add("dead-lettered", totals.DeadLettered);
        Add("lost", totals.Lost);
        Add("order violations", totals.OrderViolations);
        Add("duplicates", totals.Duplicates);
        if (totals.CarriedOn > 0) Add("of an earlier run", totals.CarriedOn);
        Add("events per second", totals.EventsPerSecond);
        AnsiConsole.Write(table);
        if (totals.Misplaced > 0) AnsiConsole.WriteLine($"{totals.Misplaced} orders did not end where the story says.");
        AnsiConsole.WriteLine(totals.PromiseKept ? "The promise was kept." : "THE PROMISE WAS BROKEN.");

        void Add(string name, double value) => table.AddRow(name, value.ToString("N0", CultureInfo.InvariantCulture));
    }
}
