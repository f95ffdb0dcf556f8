using System.Diagnostics;
using Xunit;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>
/// One publisher under load, members of an ordered group and of one without order, an oracle for each group, and the server's side.
/// </summary>
internal sealed class FaultStory : IAsyncDisposable
{
    private readonly List<FaultApp> _apps = [];
    private readonly string? _publishesTo;
    private FaultLoad? _load;
    private bool _forgets;

    /// <param name="plan">Where it plays.</param>
    /// <param name="publishesTo">The server that the publisher connects to; null: the plan's.</param>
    internal FaultStory(FaultPlan plan, string? publishesTo = null) => (Plan, Side, _publishesTo) = (plan, new StreamSide(plan), publishesTo);

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal FaultPlan Plan { get; }

    internal StreamSide Side { get; }

    /// <summary>Watches the ordered group.</summary>
    internal Oracle Ordered { get; } = new();

    /// <summary>Watches the group without order.</summary>
    internal Oracle Shared { get; } = new(ordered: false);

    /// <summary>What a member's handlers do before they acknowledge.</summary>
    internal Func<CancellationToken, ValueTask> Work { get; init; } = static _ => default;

    /// <summary>Starts a publisher, members of both groups and the load, and lets them run for a phase.</summary>
    /// <param name="urls">For each member the server that it connects to first; none: one member, and the plan's.</param>
    internal async Task StartAsync(params string[] urls)
    {
        foreach (var url in urls.Length > 0 ? urls : [Plan.Url])
            await JoinAsync(url);
        await LoadAsync();
        await RunAsync("at the start");
    }

    /// <summary>Starts a publisher and the load.</summary>
    internal async Task LoadAsync()
    {
        var publisher = await AppAsync(_publishesTo, []);
        _load = new FaultLoad(publisher.Publisher, Ordered, Shared);
    }

    /// <summary>Starts one more member of both groups.</summary>
    internal Task<FaultApp> JoinAsync(string? url = null) => AppAsync(url, [FaultPlan.Ordered, FaultPlan.Shared]);

    /// <summary>Lets the load run for a phase.</summary>
    internal async Task RunAsync(string what)
    {
        await FaultTime.RunAsync(Ordered, $"{what}, ordered", Logs);
        var before = Shared.Settled;
        await FaultTime.UntilAsync(() => Shared.Settled > before, $"events {what}, without order", Logs);
    }

    /// <summary>Waits until both groups have acknowledged something, and notes that a fault begins.</summary>
    /// <param name="forgets">Whether the fault may make the server forget what was acknowledged.</param>
    internal async Task BreakAsync(bool forgets = false)
    {
        var ordered = await FloorsAsync(Side.OrderedAsync, static (_, floor) => floor > 1);
        var shared = await FloorsAsync(Side.SharedAsync, static (_, floor) => floor > 1);
        _forgets |= forgets;
        Ordered.Break(forgets ? Forgotten(ordered) : ordered);
        Shared.Break(forgets ? Forgotten(shared) : shared);
    }

    /// <summary>Waits until both groups have acknowledged since the fault began, and notes that it is over.</summary>
    internal async Task HealAsync()
    {
        var (ordered, shared) = (Ordered.CommittedAtFault, Shared.CommittedAtFault);
        await FloorsAsync(Side.OrderedAsync, (partition, floor) => floor > ordered[partition]);
        await FloorsAsync(Side.SharedAsync, (partition, floor) => floor > shared[partition]);
        Ordered.Heal();
        Shared.Heal();
    }

    /// <summary>Ends the load, waits for what is owed and judges.</summary>
    internal async Task FinishAsync(string name, string remarks = "")
    {
        await _load!.StopAsync(FaultTime.Patience);
        await FaultTime.UntilAsync(() => Ordered.IsComplete() && Shared.IsComplete(), "all that was acknowledged", () => $"{Ordered.Judge().Lost.Count} and {Shared.Judge().Lost.Count} are missing\n{Logs()}");
        // What the server forgot comes again until all is handled.
        if (_forgets)
        {
            Ordered.Heal();
            Shared.Heal();
        }

        Ordered.Judge().Check($"NATS, {name}, ordered", remarks);
        Shared.Judge().Check($"NATS, {name}, without order", remarks);
    }

    /// <summary>What the services logged last.</summary>
    internal string Logs() => string.Join('\n', _apps.SelectMany(static (app, index) => app.Logs.Lines.TakeLast(15).Select(line => $"{index}: {line}")));

    public async ValueTask DisposeAsync()
    {
        if (_load is not null)
            await _load.DisposeAsync();
        await Task.WhenAll(_apps.Select(static app => app.DisposeAsync().AsTask()));
        await Side.DisposeAsync();
    }

    private async Task<FaultApp> AppAsync(string? url, IReadOnlyList<string> subscriptions)
    {
        var handlers = subscriptions.ToDictionary(static name => name, Handler);
        var app = await FaultApp.StartAsync(Plan.Settings(url, subscriptions), handlers, Cancel);
        _apps.Add(app);
        return app;
    }

    private FaultHandler Handler(string subscription)
    {
        var isOrdered = subscription == FaultPlan.Ordered;
        var oracle = isOrdered ? Ordered : Shared;
        return async (context, cancellationToken) =>
        {
            FaultApp.Deliver(oracle, context, isOrdered);
            var numbered = context.Data;
            await Work(cancellationToken);
            oracle.Settle(numbered);
            return Settlement.Ack;
        };
    }

    private static Dictionary<int, long> Forgotten(IReadOnlyDictionary<int, long> floors) => floors.ToDictionary(static floor => floor.Key, static _ => 0L);

    private async Task<IReadOnlyDictionary<int, long>> FloorsAsync(Func<Task<IReadOnlyDictionary<int, long>>> read, Func<int, long, bool> match)
    {
        IReadOnlyDictionary<int, long> floors;
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(50, Cancel))
        {
            floors = await read();
            if (floors.All(pair => match(pair.Key, pair.Value)))
                return floors;
            if (Stopwatch.GetElapsedTime(began) > FaultTime.Patience)
                throw new TimeoutException($"The group did not acknowledge; seen {string.Join(' ', floors)} and {Ordered.Deliveries} and {Shared.Deliveries} deliveries\n{Logs()}");
        }
    }
}
