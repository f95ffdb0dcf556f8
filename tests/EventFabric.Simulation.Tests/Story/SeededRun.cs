using System.Globalization;
using EventFabric.Simulation.World;

namespace EventFabric.Simulation.Story;

/// <summary>One seed: its world, what happens there, and whether all promises were kept.</summary>
internal sealed class SeededRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);
    private readonly int _seed;
    private readonly SimulationWorld _world;
    private readonly List<(TimeSpan At, int Order, Action Do)> _plot = [];

    private SeededRun(int seed)
    {
        (_seed, _world) = (seed, new SimulationWorld(seed));
        Write();
    }

    /// <summary>Plays a seed. The hash of what happened, to compare it with another time.</summary>
    /// <exception cref="SimulationException">A promise was broken.</exception>
    public static ulong Play(int seed)
    {
        SeededRun? played = null;
        try
        {
            played = new SeededRun(seed);
            played.Run();
        }
        catch (Exception error) when (error is not SimulationException)
        {
            throw new SimulationException(played?.Tell(error.ToString()) ?? $"seed {seed.ToString(CultureInfo.InvariantCulture)}: {error}");
        }

        return played._world.Trace.Hash;
    }

    private void Run()
    {
        foreach (var group in _world.Groups)
            _world.Join(group);
        foreach (var (at, _, act) in _plot.OrderBy(static scene => (scene.At, scene.Order)))
        {
            _world.Scheduler.RunUntil(() => _world.Failure is not null, at - _world.Scheduler.Clock.Now);
            Check();
            if (_world.Scheduler.Clock.Now < at)
                _world.Scheduler.Clock.Pass(at - _world.Scheduler.Clock.Now);
            act();
        }

        Quieten();
        Stop();
        Audit();
    }

    /// <summary>Decides what happens when.</summary>
    private void Write()
    {
        var (random, settings) = (_world.Random, _world.Settings);
        for (var published = 0; published < settings.Events;)
        {
            var count = random.Next(5) == 0 ? random.Next(2, 12) : 1;
            published += count;
            At(settings.Span, () => _world.Publisher.Publish(count));
        }

        // Later than the last event is published, too.
        var longer = settings.Span + TimeSpan.FromSeconds(4);
        for (var i = 1; i < settings.MaxMembers; i++)
            At(i == 1 ? TimeSpan.Zero : longer, () => Moved(() => _world.Join(AnyGroup())));
        var faults = settings.Faults;
        Repeat(faults.Comings, longer, () => Moved(() => _world.Join(AnyGroup())));
        Repeat(faults.Goings, longer, () => WithAny(member => Moved(() => _world.Leave(member))));
        Repeat(faults.Redeliveries, longer, () => WithAny(member => Again(member)));
        Repeat(faults.Revocations, longer, () => WithAny(member => Moved(() => Revoke(member))));
        Repeat(faults.Thefts, longer, () => WithAny(member => Robbed(() => Steal(member))));
        Repeat(faults.Crashes, longer, () => WithAny(member => Robbed(member.Crash)));
        _plot.Add((longer + TimeSpan.FromSeconds(1), int.MaxValue, _world.Heal));
    }

    private void At(TimeSpan within, Action act) => _plot.Add((TimeSpan.FromTicks(_world.Random.NextInt64(within.Ticks + 1)), _plot.Count, act));

    private void Repeat(int times, TimeSpan within, Action act)
    {
        for (var i = 0; i < times; i++)
            At(within, act);
    }

    private GroupOracle AnyGroup() => _world.Groups[_world.Random.Next(_world.Groups.Count)];

    private void WithAny(Action<Member> act)
    {
        if (_world.Living(AnyGroup()) is { Count: > 0 } living)
            act(living[_world.Random.Next(living.Count)]);
    }

    private void Moved(Action act)
    {
        _world.Disturb(robs: false);
        act();
    }

    private void Robbed(Action act)
    {
        _world.Disturb(robs: true);
        act();
    }

    private void Again(Member member)
    {
        _world.Disturb(robs: false);
        _world.Trace.Add($"{member.Group.Name} redeliver {member.Name}");
        member.Faults.Redeliver();
    }

    private int? AnyPartition() => _world.Random.Next(2) == 0 ? null : _world.Random.Next(_world.Settings.Partitions);

    private void Revoke(Member member)
    {
        _world.Trace.Add($"{member.Group.Name} revoke {member.Name}");
        member.Faults.Revoke(AnyPartition());
    }

    private void Steal(Member member)
    {
        _world.Trace.Add($"{member.Group.Name} steal {member.Name}");
        member.Faults.Steal(AnyPartition());
    }

    /// <summary>Nothing goes wrong any more: everything must be done in the end.</summary>
    private void Quieten()
    {
        foreach (var group in _world.Groups)
        {
            if (_world.Living(group).Count == 0)
                _world.Join(group);
        }

        if (!_world.RunUntil(() => _world.Publisher.IsIdle, Patience))
            _world.Fail("Some publish never ended.");
        if (!_world.RunUntil(() => _world.Groups.All(static group => group.FirstUndone() < 0), Patience))
        {
            foreach (var group in _world.Groups.Where(static group => group.FirstUndone() >= 0))
                _world.Fail($"{group.Name}: e{group.FirstUndone()} is lost: published, and neither handled nor dead-lettered.");
        }

        Check();
        CheckCounts();
    }

    private void Stop()
    {
        foreach (var member in _world.Members.Where(static member => !member.IsStopping))
            _world.Leave(member);
        if (!_world.RunUntil(_world.HaveAllLeft, TimeSpan.FromMinutes(2)))
            _world.Fail("Some member did not stop.");
        foreach (var group in _world.Groups.Where(static group => group.RunsOfLiving() > 0))
            _world.Fail($"{group.Name}: handlers run after the stop.");
        Check();
    }

    /// <summary>What was handled is settled: who comes now is handed nothing.</summary>
    private void Audit()
    {
        if (!_world.HasSwallowed)
        {
            foreach (var group in _world.Groups)
            {
                group.IsAudited = true;
                _world.Leave(_world.Join(group), after: TimeSpan.FromSeconds(20));
            }
        }

        var published = _world.Publisher.DisposeAsync();
        if (!_world.RunUntil(() => published.IsCompleted && _world.HaveAllLeft(), TimeSpan.FromMinutes(2)))
            _world.Fail("The publisher or a member did not stop.");
        Check();
    }

    /// <summary>Without a fault each event is handed over and handled exactly as often as its script asks; with faults so much oftener at most.</summary>
    private void CheckCounts()
    {
        var settings = _world.Settings;
        foreach (var group in _world.Groups)
        {
            for (var number = 0; number < group.Events.Count; number++)
            {
                var state = group.Events[number];
                var copies = _world.Publisher.CopiesOf(number);
                var most = settings.Batches ? Math.Max(settings.MaxAttempts, 1) * 40 : state.Script.Calls(settings);
                var disturbed = _world.Disturbances + (state.Script.Outlives && !settings.IsLog ? state.Calls : 0);
                if (state.Calls > most * Math.Max(copies, 1) * (1 + disturbed))
                    _world.Fail($"{group.Name}: e{number}, stored {copies} times, was handled {state.Calls} times, {disturbed} disturbances; {most} were expected.");
                if (_world.Disturbances == 0 && (settings.IsLog || settings.IsOrdered) && !(state.Script.Outlives && !settings.IsLog) && state.Deliveries > Math.Max(copies, 1))
                    _world.Fail($"{group.Name}: e{number}, stored {copies} times, was handed over {state.Deliveries} times, and nothing had disturbed anybody.");
            }
        }

        Check();
    }

    private void Check()
    {
        if (_world.Failure is { } failure)
            throw new SimulationException(Tell(failure));
    }

    private string Tell(string what) => string.Join(
        '\n',
        [
            string.Create(CultureInfo.InvariantCulture, $"seed {_seed}: {what}"),
            string.Create(CultureInfo.InvariantCulture, $"Replay: EVENTFABRIC_SIMULATION_SEED={_seed}"),
            _world.Settings.ToString(),
            .. _world.Trace.Last,
        ]);
}
