using System.Diagnostics;
using Xunit;

namespace EventFabric.Kafka.Tests.Faults;

/// <summary>One publisher under load, members of one group, an oracle that watches both, and the broker's side.</summary>
internal sealed class FaultStory : IAsyncDisposable
{
    private readonly List<FaultApp> _members = [];
    private FaultApp? _publisher;
    private FaultLoad? _load;

    /// <param name="plan">Where it plays.</param>
    /// <param name="side">What the broker is asked by; null: the plan's own address.</param>
    internal FaultStory(FaultPlan plan, BrokerSide? side = null) => (Plan, Side) = (plan, side ?? new BrokerSide(plan));

    internal FaultPlan Plan { get; }

    internal Oracle Oracle { get; } = new();

    internal BrokerSide Side { get; }

    internal FaultApp Publisher => _publisher!;

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts the publisher, a member and the load, and lets them run for a phase.</summary>
    internal async Task<FaultApp> StartAsync(Func<EventContext<NumberedEvent>, CancellationToken, ValueTask<Settlement>>? handler = null)
    {
        await LoadAsync();
        var member = await JoinAsync(handler);
        await RunAsync("at the start");
        return member;
    }

    /// <summary>Starts the publisher and the load.</summary>
    internal async Task LoadAsync()
    {
        _publisher = await FaultApp.PublishAsync(Plan, Cancel);
        _load = new FaultLoad(_publisher.Publisher, Oracle);
    }

    /// <summary>Starts one more member, which acknowledges everything at once or does as it is told.</summary>
    internal async Task<FaultApp> JoinAsync(Func<EventContext<NumberedEvent>, CancellationToken, ValueTask<Settlement>>? handler = null)
    {
        var member = await FaultApp.StartAsync(Plan, handler ?? ((context, _) => FaultApp.Note(Oracle, context)), Cancel);
        _members.Add(member);
        return member;
    }

    /// <summary>Publishes no more for now, and waits until all is handled.</summary>
    internal async Task PauseAsync()
    {
        _load!.IsPaused = true;
        await FaultTime.UntilAsync(() => Oracle.Open == 0 && Oracle.IsComplete(), "all that was published", Logs);
    }

    /// <summary>Goes on publishing.</summary>
    internal void Resume() => _load!.IsPaused = false;

    /// <summary>Lets the load run for a phase.</summary>
    internal Task RunAsync(string what) => FaultTime.RunAsync(Oracle, what, Logs);

    /// <summary>Waits until the group has committed positions, and notes that a fault begins.</summary>
    internal async Task BreakAsync() => Oracle.Break(await CommittedAsync(static (_, offset) => offset > 0));

    /// <summary>Waits until the group has committed in every partition since the fault began, and notes that it is over.</summary>
    internal async Task HealAsync()
    {
        var before = Oracle.CommittedAtFault;
        await CommittedAsync((partition, offset) => offset > before[partition]);
        Oracle.Heal();
    }

    /// <summary>Ends the load, waits for what is owed and judges.</summary>
    internal async Task FinishAsync(string name, string remarks = "")
    {
        await _load!.StopAsync(FaultTime.Patience);
        await FaultTime.UntilAsync(Oracle.IsComplete, "all that was acknowledged", () => $"{Oracle.Judge().Lost.Count} are missing\n{Logs()}");
        Oracle.Judge().Check(name, remarks);
    }

    /// <summary>What the services logged last.</summary>
    internal string Logs() => string.Join('\n', new[] { _publisher }.Concat(_members).OfType<FaultApp>().SelectMany(static (app, index) => app.Logs.Lines.TakeLast(15).Select(line => $"{index}: {line}")));

    private async Task<IReadOnlyDictionary<int, long>> CommittedAsync(Func<int, long, bool> match)
    {
        IReadOnlyDictionary<int, long> committed;
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(50, Cancel))
        {
            committed = await Side.CommittedAsync();
            if (committed.All(pair => match(pair.Key, pair.Value)))
                return committed;
            if (Stopwatch.GetElapsedTime(began) > FaultTime.Patience)
                throw new TimeoutException($"The group did not commit; seen {string.Join(' ', committed)} and {Oracle.Deliveries} deliveries\n{Logs()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_load is not null)
            await _load.DisposeAsync();
        await Task.WhenAll(_members.Append(_publisher).OfType<FaultApp>().Select(static app => app.DisposeAsync().AsTask()));
        Side.Dispose();
    }
}
