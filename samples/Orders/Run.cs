using System.Diagnostics;
using EventFabric;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Orders;

/// <summary>One run of the story.</summary>
public static class Run
{
    // An order that moves no more for this long is not coming.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Publishes, handles, counts and reports. 0 when the promise was kept, else 1.</summary>
    public static async Task<int> RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        var ledger = new Ledger(options.Events, options.Keys);
        var broker = new InMemoryBroker();
        using var desk = Hosts.Desk(options, ledger, broker);
        using var shop = Hosts.Shop(options, ledger, broker);
        await desk.StartAsync(cancellationToken);
        await shop.StartAsync(cancellationToken);

        var clock = Stopwatch.StartNew();
        await Progress.FollowAsync(ledger, options, PublishAndWaitAsync(shop, ledger, options, cancellationToken));
        clock.Stop();

        await shop.StopAsync(cancellationToken);
        await desk.StopAsync(cancellationToken);

        var totals = ledger.Count(clock.Elapsed);
        await Report.WriteAsync(totals, options, cancellationToken);
        return totals.PromiseKept && totals.Published == options.Events ? 0 : 1;
    }

    // Ends when every order is settled, or when nothing has been settled for a long while.
    private static async Task PublishAndWaitAsync(IHost shop, Ledger ledger, RunOptions options, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var publishing = shop.Services.GetRequiredService<OrderPublisher>().PublishAllAsync(stop.Token);
        var (settled, since) = (0, Stopwatch.StartNew());
        while (ledger.Settled < options.Events && since.Elapsed < Patience && !publishing.IsFaulted && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(10, CancellationToken.None);
            if (ledger.Settled == settled) continue;
            (settled, since) = (ledger.Settled, Stopwatch.StartNew());
        }

        // A standstill is no exception: the table tells what is missing.
        var standstill = ledger.Settled < options.Events && !publishing.IsFaulted && !cancellationToken.IsCancellationRequested;
        await stop.CancelAsync();
        await publishing.ConfigureAwait(standstill ? ConfigureAwaitOptions.SuppressThrowing : ConfigureAwaitOptions.None);
    }
}
