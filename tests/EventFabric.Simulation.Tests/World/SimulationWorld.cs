using EventFabric.Drivers;
using EventFabric.Simulation.Clock;
using EventFabric.Simulation.Story;
using EventFabric.Testing;

namespace EventFabric.Simulation.World;

/// <summary>One broker, its groups and their processes, on one thread and one clock.</summary>
internal sealed class SimulationWorld
{
    private readonly List<Member> _members = [];
    private readonly List<Task> _leaving = [];
    private readonly Random _faults;
    private bool _healed;

    public SimulationWorld(int seed)
    {
        var random = new Random(seed);
        Settings = new StorySettings(random);
        Random = new Random(random.Next());
        _faults = new Random(random.Next());
        Scheduler = new SimulationScheduler(new Random(random.Next()), Settings.Inline);
        Trace = new Trace(Scheduler.Clock);
        Broker.Create("events", Settings.Partitions);
        Groups = [.. Enumerable.Range(0, Settings.Groups).Select(index => new GroupOracle(this, $"g{index}"))];
        foreach (var group in Groups)
            Broker.Create(group.DeadLetterAddress, Settings.Partitions);
        Publisher = new SimPublisher(this, Wrap(main: true));
    }

    public StorySettings Settings { get; }

    public Random Random { get; }

    public SimulationScheduler Scheduler { get; }

    public Trace Trace { get; }

    public InMemoryBroker Broker { get; } = new();

    public IReadOnlyList<GroupOracle> Groups { get; }

    public SimPublisher Publisher { get; }

    public IReadOnlyList<Member> Members => _members;

    /// <summary>The first promise that was broken.</summary>
    public string? Failure { get; private set; }

    /// <summary>Somebody was robbed of what it had, without being asked: another may have it at the same time.</summary>
    public bool HasRobbed { get; private set; }

    /// <summary>Faults so far that may bring a record again.</summary>
    public int Disturbances { get; private set; }

    public bool HasSwallowed { get; private set; }

    public void Fail(string message)
    {
        Failure ??= message;
        Trace.Add("FAILED " + message);
    }

    public bool IsAcknowledged(int number) => Publisher.IsAcknowledged(number);

    public string? KeyOf(int number) => Publisher.KeyOf(number);

    /// <summary>Where the log of an address ends: what is stored moves it.</summary>
    public long EndOf(string address) => Broker.Find(address)!.Partitions.Sum(static partition => partition.Next);

    /// <summary>Members that can work, of a group.</summary>
    public List<Member> Living(GroupOracle group) => _members.FindAll(member => member.Group == group && !member.HasCrashed && !member.IsStopping);

    public Member Join(GroupOracle group)
    {
        var member = new Member(this, group, $"m{_members.Count}", Wrap(main: false));
        _members.Add(member);
        var started = member.StartAsync();
        if (!started.IsCompletedSuccessfully)
            Fail($"{member.Name} did not start: {started.Exception}");
        return member;
    }

    public void Leave(Member member, TimeSpan after = default) => _leaving.Add(LeaveAsync(member, after));

    public void Disturb(bool robs)
    {
        Disturbances++;
        HasRobbed |= robs;
    }

    /// <summary>From here on nothing goes wrong any more.</summary>
    public void Heal()
    {
        Trace.Add("heal");
        _healed = true;
    }

    public bool RunUntil(Func<bool> isSo, TimeSpan within)
    {
        var steps = 0;
        var known = false;
        Scheduler.RunUntil(() => Failure is not null || (known = (++steps & 31) == 0 && isSo()), within);
        return Failure is null && (known || isSo());
    }

    /// <summary>Whether all that leave have left; a leave that failed is a failure.</summary>
    public bool HaveAllLeft()
    {
        foreach (var left in _leaving)
        {
            if (left.IsFaulted)
                Fail($"A member did not stop: {left.Exception}");
        }

        return _leaving.TrueForAll(static left => left.IsCompleted);
    }

    private async Task LeaveAsync(Member member, TimeSpan after)
    {
        if (after > TimeSpan.Zero)
            await Task.Delay(after, Scheduler.Time, CancellationToken.None).ConfigureAwait(false);
        await member.StopAsync().ConfigureAwait(false);
    }

    private bool Happens(int perThousand) => !_healed && perThousand > 0 && _faults.Next(1_000) < perThousand;

    private FaultPlan Wrap(bool main)
    {
        var faults = Settings.Faults;
        return new FaultPlan
        {
            OnSend = main || faults.DeadLetterFails + faults.DeadLetterAckLost > 0 ? sent => OnSend(sent.Plan.Role == ChannelRole.DeadLetter) : null,
            OnSettle = main || faults.SettleFails + faults.SettleSwallowed == 0 ? null : _ => OnSettle(),
            OnExtend = main || faults.ExtendFails == 0 ? null : _ => OnExtend(),
        };
    }

    private SendFault OnSend(bool deadLetter)
    {
        var faults = Settings.Faults;
        if (Happens(deadLetter ? faults.DeadLetterAckLost : faults.AckLost))
            return SendFault.LoseAck;
        if (!deadLetter && Happens(faults.SendRejectsForATime))
            return SendFault.Fail(SendStatus.Rejected, _faults.Next(2) == 0 ? ErrorKind.Throttled : ErrorKind.Transient);
        return Happens(deadLetter ? faults.DeadLetterFails : faults.SendFails)
            ? SendFault.Fail(SendStatus.NotSent, ErrorKind.Transient)
            : SendFault.None;
    }

    private SettleFault OnSettle()
    {
        if (Happens(Settings.Faults.SettleSwallowed))
        {
            HasSwallowed = true;
            Disturb(robs: true);
            return SettleFault.Swallow;
        }

        if (!Happens(Settings.Faults.SettleFails))
            return SettleFault.None;
        // On a queue a lease may end before it is told again.
        if (!Settings.IsLog)
            Disturb(robs: true);
        return SettleFault.Fail(ErrorKind.Transient);
    }

    private SettleFault OnExtend()
    {
        if (!Happens(Settings.Faults.ExtendFails))
            return SettleFault.None;
        Disturb(robs: true);
        return SettleFault.Fail(ErrorKind.Transient);
    }
}
