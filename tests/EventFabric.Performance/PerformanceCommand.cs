using System.CommandLine;
using System.Text.Json;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Scenarios;
using Spectre.Console;

namespace EventFabric.Performance;

/// <summary>The command line of the rig.</summary>
internal static class PerformanceCommand
{
    public static RootCommand Create()
    {
        var scenario = new Argument<string>("scenario") { Description = "list, all, or a scenario: " + string.Join(", ", Catalogue.All.Select(static known => known.Id)) + "." };
        var seconds = new Option<double>("--seconds") { Description = "Length of one window. A row takes 4 windows a round, and a warm-up.", DefaultValueFactory = static _ => 2 };
        var rounds = new Option<int>("--rounds") { Description = "How often peer, EventFabric, EventFabric, peer are measured.", DefaultValueFactory = static _ => 5 };
        var only = new Option<string?>("--only") { Description = "Only rows whose variant or peer contains this text." };
        var json = new Option<FileInfo?>("--json") { Description = "Writes the rows to this file." };
        seconds.Validators.Add(static result => AtLeast(result, result.GetValueOrDefault<double>(), 0.05));
        rounds.Validators.Add(static result => AtLeast(result, result.GetValueOrDefault<int>(), 1));
        var root = new RootCommand("Measures EventFabric beside its peers: both in one process, in turn, median of ratios.") { scenario, seconds, rounds, only, json };
        root.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(scenario),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(rounds),
            parsed.GetValue(only),
            parsed.GetValue(json),
            cancellationToken));
        return root;
    }

    private static void AtLeast(System.CommandLine.Parsing.OptionResult result, double value, double least)
    {
        if (!(value >= least))
            result.AddError($"{result.Option.Name} must be at least {least}.");
    }

    private static async Task<int> RunAsync(string name, TimeSpan window, int rounds, string? only, FileInfo? json, CancellationToken cancellationToken)
    {
        if (name.Equals("list", StringComparison.OrdinalIgnoreCase))
        {
            WriteList();
            return 0;
        }

        List<Scenario> chosen = [.. Catalogue.All.Where(known => name.Equals("all", StringComparison.OrdinalIgnoreCase) || name.Equals(known.Id, StringComparison.OrdinalIgnoreCase))];
        if (chosen.Count == 0)
        {
            await Console.Error.WriteLineAsync($"There is no scenario \"{name}\": list shows them.");
            return 2;
        }

        var rows = new List<Row>();
        foreach (var scenario in chosen)
        {
            if (await scenario.FindObstacleAsync(cancellationToken) is { } obstacle)
            {
                await Console.Error.WriteLineAsync($"{scenario.Id} is skipped: {obstacle}.");
                continue;
            }

            foreach (var comparison in scenario.Comparisons.Where(comparison => IsChosen(comparison, only)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Console.Error.WriteLineAsync($"{scenario.Id} {comparison.Variant} | {comparison.Peer}");
                rows.Add(await comparison.RunAsync(scenario.Id, window, rounds, static step => Console.Error.WriteLine("  " + step)));
            }
        }

        Report.Write(Wide(), rows);
        if (json is not null)
            await File.WriteAllTextAsync(json.FullName, JsonSerializer.Serialize(rows, RowJson.Default.ListRow) + "\n", cancellationToken);
        return 0;
    }

    private static bool IsChosen(IMeasurement comparison, string? only) =>
        only is null || comparison.Variant.Contains(only, StringComparison.OrdinalIgnoreCase) || comparison.Peer.Contains(only, StringComparison.OrdinalIgnoreCase);

    private static void WriteList()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("scenario", "what", "target", "rows (variant | peer)");
        foreach (var scenario in Catalogue.All)
        {
            var rows = string.Join('\n', scenario.Comparisons.Select(static row => $"{row.Variant} | {row.Peer}"));
            table.AddRow(scenario.Id, Markup.Escape(scenario.Summary), Markup.Escape(scenario.Target), Markup.Escape(rows));
        }

        Wide().Write(table);
    }

    // Redirected output has no width of its own: 80 columns would break every number.
    private static IAnsiConsole Wide()
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 240;
        return AnsiConsole.Console;
    }
}
