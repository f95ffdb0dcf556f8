using System.Globalization;
using System.Text;
using EventFabric.Drivers;
using EventFabric.Simulation.Story;

namespace EventFabric.Simulation.World;

/// <summary>Knows what a group must do and must not do, and what it did.</summary>
internal sealed class GroupOracle
{
    private readonly SimulationWorld _world;
    private readonly List<EventState> _events = [];
    private readonly List<Run> _runs = [];
    private readonly Dictionary<string, int> _highest = [];
    private readonly Dictionary<RecordPosition, int> _numbers = [];
    private readonly Dictionary<Ownership, List<(RecordPosition Position, int Number)>> _tenures = [];
    private readonly HashSet<int> _deadLetters = [];
    private readonly HashSet<(int Partition, long Major, long Minor)> _handledAt = [];
    private readonly HashSet<(int Partition, long Major, long Minor)> _again = [];
    private readonly Dictionary<(int Partition, long Major, long Minor), RecordRef> _deliveries = [];
    private readonly HashSet<int> _unfinished = [];
    private readonly Dictionary<string, int> _parked = [];
    private int _deadLettersRead;
    private long _deadLettersSeen;

    public GroupOracle(SimulationWorld world, string name)
    {
        (_world, Name) = (world, name);
        DeadLetterAddress = $"events-{name}-dlq";
    }

    public string Name { get; }

    public string DeadLetterAddress { get; }

    /// <summary>Handed over while nothing may be left.</summary>
    public bool IsAudited { get; set; }

    public IReadOnlyList<EventState> Events => _events;

    public IReadOnlyCollection<int> DeadLetters => _deadLetters;

    private StorySettings Settings => _world.Settings;

    public void Publish(HandlerScript script) => _events.Add(new EventState(script));

    /// <summary>The handler's side: a call begins.</summary>
    public Run Begin(Member member, int call, EventContext<SimEvent> context)
    {
        var run = new Run(member, call, context);
        _world.Trace.Add($"{Name} begin {run}");
        if (run.IsGhost)
        {
            _runs.Add(run);
            return run;
        }

        CheckConcurrency(run);
        if (Settings.IsOrdered && run.Key is { } key)
        {
            CheckKey(run, key);
            CheckOrder(run, key);
        }

        _runs.Add(run);
        // Its lease is not extended beyond its timeout: somebody else may get it.
        if (!Settings.IsLog && _events[run.Number].Script[_events[run.Number].Calls] == HandlerAct.Ignore)
            _world.Disturb(robs: true);
        _events[run.Number].Calls++;
        return run;
    }

    /// <summary>The call has ended: what it said, and whether its token was cancelled by then, so that it is not applied.</summary>
    public void End(Run run, SettlementKind said, bool cancelled)
    {
        _world.Trace.Add($"{Name} end {run} {said}{(cancelled ? " cancelled" : "")}");
        _runs.Remove(run);
        if (run.IsGhost)
            return;
        var state = _events[run.Number];
        var handled = said is SettlementKind.Ack or SettlementKind.Drop && !cancelled;
        // What was cancelled is not applied: an attempt that failed.
        var dropped = (said != SettlementKind.DeadLetter || cancelled) && Settings.OnExhausted == ExhaustedPolicy.Drop && run.Attempt >= Settings.MaxAttempts;
        if (!handled && !dropped)
            return;
        state.IsHandled = true;
        _handledAt.Add(PlaceOf(run.Position));
    }

    /// <summary>The driver's side: records are handed to the engine.</summary>
    public void Received(Member member, ReadOnlySpan<InboundRecord> records)
    {
        foreach (ref readonly var record in records)
        {
            var number = NumberOf(record.Headers);
            _world.Trace.Add($"{Name} receive {member.Name} e{number} at {record.Ref.Position.Partition}:{record.Ref.Position} count {record.DeliveryCount}{((record.Flags & RecordFlags.Redelivered) != 0 ? " again" : "")}");
            if (IsAudited && !member.HasCrashed && !MayBeUnsettled(number) && !IsUnfinishedCopy(number, record.Ref.Position))
                _world.Fail($"{Name}: e{number} was settled by nobody: it came again after all members had stopped.");
            if (!IsAudited && !member.HasCrashed)
                Delivered(record.Ref);
            _numbers[record.Ref.Position] = number;
            if (!_tenures.TryGetValue(record.Ref.Owner, out var tenure))
                _tenures.Add(record.Ref.Owner, tenure = []);
            tenure.Add((record.Ref.Position, number));
            _events[number].Deliveries++;
            // Beyond this the engine does not ask a handler any more.
            if (Settings.OnExhausted == ExhaustedPolicy.Drop && record.DeliveryCount > Settings.MaxAttempts + 10)
                _events[number].IsHandled = true;
        }
    }

    /// <summary>The driver's side: the engine settles.</summary>
    public void Settling(Member member, in SettleCommand command, bool cumulative)
    {
        var position = command.Record.Position;
        _world.Trace.Add($"{Name} {command.Kind} {member.Name} {position.Partition}:{position}{(command.Record.Owner.IsLost ? " lost" : "")}");
        if (member.HasCrashed || command.Record.Owner.IsLost)
            return;
        if (!cumulative)
        {
            CheckSettled(member, position, _numbers[position], command.Kind);
            return;
        }

        var tenure = _tenures[command.Record.Owner];
        foreach (var (delivered, number) in tenure.Where(record => Compare(record.Position, position) <= 0))
            CheckSettled(member, delivered, number, SettleKind.Ack);
        tenure.RemoveAll(record => Compare(record.Position, position) <= 0);
    }

    /// <summary>Nothing more need be done for the event here.</summary>
    public bool IsDone(int number) => _events[number].IsHandled || _deadLetters.Contains(number) || IsDeadLettered(number);

    /// <summary>The first acknowledged event that is not done; -1: none.</summary>
    public int FirstUndone()
    {
        for (var number = 0; number < _events.Count; number++)
        {
            if (_world.IsAcknowledged(number) && !IsDone(number))
                return number;
        }

        return -1;
    }

    /// <summary>Dead letters, copies that a lost answer made included.</summary>
    public int DeadLettersStored => _deadLettersRead;

    public int RunsOfLiving() => _runs.Count(static run => !run.IsGhost);

    public static int NumberOf(HeaderBlock headers) => NumberOf(Encoding.UTF8.GetString(headers.WellKnown(CloudEventAttribute.Id)));

    private static int NumberOf(string id) => int.Parse(id.AsSpan(1), CultureInfo.InvariantCulture);

    private static int Compare(RecordPosition left, RecordPosition right) =>
        left.Major != right.Major ? left.Major.CompareTo(right.Major) : left.Minor.CompareTo(right.Minor);

    private void CheckConcurrency(Run run)
    {
        var limit = Settings.MaxConcurrency * (Settings.Batches ? Settings.BatchSize : 1);
        if (_runs.Count(other => other.Member == run.Member) >= limit)
            _world.Fail($"{Name}: {run} is one more than the {limit} that may run at once.");
    }

    /// <summary>One of a key at a time: in a process always, among processes as long as none was robbed of a partition or lease.</summary>
    private void CheckKey(Run run, string key)
    {
        foreach (var other in _runs)
        {
            if (other.Key != key || other.IsGhost)
                continue;
            if (other.Member == run.Member ? other.Call != run.Call : !_world.HasRobbed)
                _world.Fail($"{Name}: {run} runs beside {other}.");
        }
    }

    private void CheckOrder(Run run, string key)
    {
        if (_events[run.Number].Calls == 0)
        {
            if (_highest.TryGetValue(key, out var highest) && highest > run.Number)
                _world.Fail($"{Name}: {run} comes for the first time behind e{highest} of its key.");
            _highest[key] = run.Number;
        }

        if (Settings.OnExhausted != ExhaustedPolicy.ParkKey || Settings.Batches || _world.HasRobbed)
            return;
        ReadDeadLetters();
        if (_parked.TryGetValue(key, out var parked) && parked < run.Number)
            _world.Fail($"{Name}: {run} is handled although e{parked} parked its key.");
    }

    private void CheckSettled(Member member, RecordPosition position, int number, SettleKind kind)
    {
        var key = _world.KeyOf(number);
        // Settled late: it has been handled once, and came again meanwhile.
        if (kind != SettleKind.Release && _events[number].IsHandled)
            return;
        if (Settings.IsOrdered && key is not null && _runs.Find(run => run.Member == member && run.Key == key && ((kind == SettleKind.Release && !_world.HasRobbed) || IsAt(run, position))) is { } running)
            _world.Fail($"{Name}: {kind} of e{number} while {running} runs.");
        if (kind != SettleKind.Release && !IsDone(number))
            _world.Fail($"{Name}: {member.Name} settles e{number}, which was neither handled nor dead-lettered.");
    }

    private bool IsAt(Run run, RecordPosition position) => PlaceOf(run.Position) == PlaceOf(position);

    // A queue has no partitions, and its positions name none.
    private (int Partition, long Major, long Minor) PlaceOf(RecordPosition position) => (Settings.IsLog ? position.Partition : 0, position.Major, position.Minor);

    /// <summary>Its handler outlived the lease, after which nothing that is said of it is applied.</summary>
    private bool MayBeUnsettled(int number) => !Settings.IsLog && _events[number].Script.Outlives;

    private void Delivered(in RecordRef record)
    {
        var place = PlaceOf(record.Position);
        // Not one that a fault hands out again, which is the same delivery.
        if (_deliveries.TryGetValue(place, out var last) && last != record)
        {
            _again.Add(place);
            _handledAt.Remove(place);
        }

        _deliveries[place] = record;
    }

    /// <summary>
    /// The event is done by another copy of it, or by an earlier delivery that was not settled, and this one was given back when the last member
    /// stopped; in a log, so was what lies behind it.
    /// </summary>
    private bool IsUnfinishedCopy(int number, RecordPosition position)
    {
        var unfinished = (Settings.IsLog && _unfinished.Contains(position.Partition))
            || ((_world.Publisher.CopiesOf(number) > 1 || _again.Contains(PlaceOf(position))) && !_handledAt.Contains(PlaceOf(position)));
        if (unfinished)
            _unfinished.Add(position.Partition);
        return unfinished;
    }

    private bool IsDeadLettered(int number)
    {
        ReadDeadLetters();
        return _deadLetters.Contains(number);
    }

    private void ReadDeadLetters()
    {
        if (_world.EndOf(DeadLetterAddress) is var end && end == _deadLettersSeen)
            return;
        _deadLettersSeen = end;
        var records = _world.Broker.Read(DeadLetterAddress);
        _deadLettersRead = records.Count;
        foreach (var record in records)
        {
            var number = NumberOf(Encoding.UTF8.GetString(record.Headers.First(static header => header.Key == "ce_id").Value));
            _deadLetters.Add(number);
            if (record.Key is not { } bytes)
                continue;
            var key = Encoding.UTF8.GetString(bytes);
            _parked[key] = Math.Min(number, _parked.GetValueOrDefault(key, int.MaxValue));
        }
    }

}
