using System.Globalization;
using Spectre.Console;

namespace Orders;

/// <summary>Shows how far the run is: a live line in a terminal, a plain line a second elsewhere.</summary>
public static class Progress
{
    /// <summary>Shows the ledger until the run ends, and passes its exception on.</summary>
    public static Task FollowAsync(Ledger ledger, RunOptions options, Task run) =>
        AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
            ? AnsiConsole.Progress()
                .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
                .StartAsync(context => FollowLiveAsync(context.AddTask("starting", maxValue: options.Events), ledger, run))
            : FollowPlainAsync(ledger, run);

    private static async Task FollowLiveAsync(ProgressTask line, Ledger ledger, Task run)
    {
        do
        {
            line.Description = Describe(ledger);
            line.Value = ledger.Settled;
        }
        while (!await EndsWithinAsync(run, TimeSpan.FromMilliseconds(100)));
        line.Description = Describe(ledger);
        line.Value = ledger.Settled;
        await run;
    }

    private static async Task FollowPlainAsync(Ledger ledger, Task run)
    {
        while (!await EndsWithinAsync(run, TimeSpan.FromSeconds(1))) Console.WriteLine(Describe(ledger));
        await run;
    }

    private static async Task<bool> EndsWithinAsync(Task run, TimeSpan time) => await Task.WhenAny(run, Task.Delay(time)) == run;

    private static string Describe(Ledger ledger) =>
        string.Create(CultureInfo.InvariantCulture, $"{ledger.PublishedCount:N0} published, {ledger.Settled:N0} settled, {ledger.Retried:N0} retried");
}
