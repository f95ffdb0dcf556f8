using System.Globalization;
using EventFabric.Drivers;
using EventFabric.Testing.Raw;
using EventFabric.Testing.Spying;

namespace EventFabric.Testing.Conformance;

/// <summary>What one run of a case has at hand: fresh names, hosts, what was delivered, waits, the raw client, metrics, faults. Its end stops everything.</summary>
internal sealed class CaseContext : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Hurry = TimeSpan.FromMilliseconds(250);

    private readonly FixtureProfile? _profile;
    private readonly List<CaseApp> _apps = [];
    private readonly List<Gate> _gates = [];
    private readonly List<string> _addresses = [];

    internal CaseContext(ConformanceFixture fixture, string name, FixtureProfile? profile, int seed, CancellationToken cancellationToken)
    {
        Fixture = fixture;
        Name = name;
        _profile = profile;
        Seed = seed;
        Random = new Random(seed);
        Cancel = cancellationToken;
    }

    internal ConformanceFixture Fixture { get; }

    internal string Name { get; }

    internal int Seed { get; }

    internal Random Random { get; }

    internal CancellationToken Cancel { get; }

    internal DeliveryLog Log { get; } = new();

    internal CaseLogs Logs { get; } = new();

    internal MetricProbe Metrics { get; } = new();

    internal DriverSpy Spy { get; } = new();

    /// <summary>What the adapter says of itself.</summary>
    internal FixtureProfile Profile => _profile ?? throw new InvalidOperationException("The probe itself has no profile.");

    /// <summary>Refused, once a case has asserted a refusal instead of its promise.</summary>
    internal CaseOutcome Outcome { get; set; }

    /// <summary>True before the adapter's profile is known.</summary>
    internal bool IsProbing => _profile is null;

    internal DateTimeOffset Now => Fixture.Time.GetUtcNow();

    internal bool IsRealTime => ReferenceEquals(Fixture.Time, TimeProvider.System);

    /// <summary>A fresh address that the failure's text will name.</summary>
    internal string NewAddress(string hint)
    {
        var address = Fixture.NewAddress(hint);
        _addresses.Add(address);
        return address;
    }

    /// <summary>A new application: one channel "main" at a fresh address, one subscription with a fresh group and dead-letter address.</summary>
    internal AppPlan App() => new(this);

    internal Gate Gate()
    {
        var gate = new Gate();
        _gates.Add(gate);
        return gate;
    }

    internal int Register(CaseApp app)
    {
        _apps.Add(app);
        return _apps.Count;
    }

    /// <summary>Puts a host's faults, the case's spy and the host's own around a driver.</summary>
    internal IBrokerDriver Decorate(IBrokerDriver driver, CaseApp app) => Fixture.WrapOutermost(new SpyDriver(app.Faults.Wrap(driver), Spy, app.Tenures));

    /// <summary>Waits for a condition. Time goes on as real time does meanwhile, on a fake clock too.</summary>
    internal Task UntilAsync(Func<bool> condition, string expected) => UntilAsync(condition, () => expected);

    /// <summary>The same with words that are found when it fails.</summary>
    internal Task UntilAsync(Func<bool> condition, Func<string> expected) => PollAsync(() => Task.FromResult(condition()), expected, Tick);

    /// <summary>The same for a condition that needs the broker.</summary>
    internal Task UntilAsync(Func<Task<bool>> condition, string expected) => PollAsync(condition, () => expected, Tick);

    /// <summary>Waits for a condition that needs much time: moves the clock by steps, no further than the limit, and then waits where it stands.</summary>
    internal async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan limit, TimeSpan step, string expected)
    {
        var end = Now + limit;
        while (!condition())
        {
            if (Now >= end)
            {
                await PollAsync(() => Task.FromResult(condition()), () => $"{expected} within {limit}", TimeSpan.Zero).ConfigureAwait(false);
                return;
            }

            await Fixture.AdvanceAsync(step, Cancel).ConfigureAwait(false);
            await RealPauseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Lets time pass in steps, whatever happens.</summary>
    internal async Task AdvanceAsync(TimeSpan by, TimeSpan step)
    {
        for (var gone = TimeSpan.Zero; gone < by; gone += step)
        {
            await Fixture.AdvanceAsync(step, Cancel).ConfigureAwait(false);
            await RealPauseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a task, which must end within the fixture's patience.</summary>
    internal async Task<T> WithinAsync<T>(Task<T> task, string expected)
    {
        await PollAsync(() => Task.FromResult(task.IsCompleted), () => expected, Tick).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>The same without a result. In a hurry the clock runs ahead: for a stop, whose drain may wait for its deadline.</summary>
    internal async Task WithinAsync(Task task, string expected, bool hurry = false)
    {
        await PollAsync(() => Task.FromResult(task.IsCompleted), () => expected, hurry ? Hurry : Tick).ConfigureAwait(false);
        await task.ConfigureAwait(false);
    }

    /// <summary>All that is at an address, read by the broker's own client.</summary>
    internal async Task<IReadOnlyList<RawEvent>> RawReadAsync(string address)
    {
        var records = await Fixture.RawReadAsync(address, Cancel).ConfigureAwait(false);
        return [.. records.Select(record => new RawEvent(record, Profile.Binding))];
    }

    internal Task RawPublishAsync(string address, RawRecord record) => Fixture.RawPublishAsync(address, record, Cancel);

    /// <summary>Waits for raw records at an address, and gives all that are there then.</summary>
    internal async Task<IReadOnlyList<RawEvent>> RawUntilAsync(string address, int count, string expected)
    {
        IReadOnlyList<RawEvent> found = [];
        await UntilAsync(async () => (found = await RawReadAsync(address).ConfigureAwait(false)).Count >= count, expected).ConfigureAwait(false);
        return found;
    }

    /// <summary>What a failure's text says beside what was expected and seen.</summary>
    internal string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"\n  adapter {Fixture.Adapter}, seed {Seed}, addresses {string.Join(", ", _addresses)}\n  deliveries ({Log.Count}):\n{Log.Describe()}  log:\n{Logs.Describe()}");

    public async ValueTask DisposeAsync()
    {
        _gates.ForEach(static gate => gate.Open());
        _apps.ForEach(static app => app.Faults.ReleaseAll());
        foreach (var app in _apps) await app.DisposeAsync().ConfigureAwait(false);
        Metrics.Dispose();
        Logs.Dispose();
    }

    private async Task PollAsync(Func<Task<bool>> condition, Func<string> expected, TimeSpan tick)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            Cancel.ThrowIfCancellationRequested();
            if (TimeProvider.System.GetElapsedTime(began) > Fixture.Patience)
                throw new ConformanceException($"expected {expected()}, not seen within {Fixture.Patience}");
            await RealPauseAsync().ConfigureAwait(false);
            if (!IsRealTime && tick > TimeSpan.Zero) await Fixture.AdvanceAsync(tick, Cancel).ConfigureAwait(false);
        }
    }

    private Task RealPauseAsync() => Task.Delay(Tick, TimeProvider.System, Cancel);
}
