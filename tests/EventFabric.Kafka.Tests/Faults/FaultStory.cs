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
    internal async Task<FaultApp> StartAsync()
    {
        _publisher = await FaultApp.PublishAsync(Plan, Cancel);
        var member = await JoinAsync();
        _load = new FaultLoad(_publisher.Publisher, Oracle);
        await RunAsync("at the start");
        return member;
    }

    /// <summary>Starts one more member, which acknowledges everything at once or does as it is told.</summary>
    internal async Task<FaultApp> JoinAsync(Func<EventContext<NumberedEvent>, CancellationToken, ValueTask<Settlement>>? handler = null)
    {
        var member = await FaultApp.StartAsync(Plan, handler ?? ((context, _) => FaultApp.Note(Oracle, context)), Cancel);
        _members.Add(member);
        return member;
    }

    /// <summary>Lets the load run for a phase.</summary>
    internal Task RunAsync(string what) => FaultTime.RunAsync(Oracle, what, Logs);

    /// <summary>Waits until the group has committed positions, and notes that a fault begins.</summary>
    internal async Task BreakAsync()
    {
        var committed = await Side.CommittedAsync();
        for (var tries = 0; committed.Values.Sum() == 0 && tries < 400; tries++)
        {
            await Task.Delay(50, Cancel);
            committed = await Side.CommittedAsync();
        }

        Assert.True(committed.Values.Sum() > 0, $"expected the group to commit, seen nothing committed and {Oracle.Deliveries} deliveries\n{Logs()}");
        Oracle.Break(committed);
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

    public async ValueTask DisposeAsync()
    {
        if (_load is not null)
            await _load.DisposeAsync();
        await Task.WhenAll(_members.Append(_publisher).OfType<FaultApp>().Select(static app => app.DisposeAsync().AsTask()));
        Side.Dispose();
    }
}
