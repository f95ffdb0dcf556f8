using System.Globalization;

namespace EventFabric.Simulation.Story;

/// <summary>What a seed decides before anything runs.</summary>
internal sealed class StorySettings
{
    public StorySettings(Random random)
    {
        IsLog = random.Next(2) == 0;
        Partitions = IsLog ? random.Next(1, 5) : 1;
        Holes = IsLog && random.Next(2) == 0;
        Lease = TimeSpan.FromSeconds(random.Next(1, 6));
        IsOrdered = random.Next(3) > 0;
        OnExhausted = (ExhaustedPolicy)random.Next(4);
        if (OnExhausted == ExhaustedPolicy.ParkKey && !(IsLog && IsOrdered))
            OnExhausted = ExhaustedPolicy.DeadLetter;
        OnUnhandled = (UnhandledPolicy)random.Next(2);
        Groups = random.Next(1, 3);
        MaxMembers = random.Next(1, 4);
        MaxAttempts = random.Next(1, 5);
        BaseDelay = TimeSpan.FromMilliseconds(random.Next(3) == 0 ? 0 : random.Next(1, 500));
        MaxDelay = BaseDelay + TimeSpan.FromMilliseconds(random.Next(0, 1_500));
        MaxConcurrency = random.Next(1, 9);
        MaxInFlight = random.Next(3) == 0 ? null : random.Next(1, 60);
        Batches = random.Next(4) == 0;
        BatchSize = random.Next(1, 12);
        BatchWait = TimeSpan.FromMilliseconds(random.Next(0, 200));
        Inline = random.Next(2) == 0;
        Keys = random.Next(1, 9);
        Events = random.Next(20, 100);
        Span = TimeSpan.FromMilliseconds(random.Next(0, 10_000));
        Faults = new StoryFaults(random);
        HandlerTimeout = TimeSpan.FromMilliseconds(random.Next(600, 2_000));
        Trouble = random.Next(4) == 0 ? 0 : random.Next(1, 60);
    }

    public bool IsLog { get; }

    public int Partitions { get; }

    public bool Holes { get; }

    public TimeSpan Lease { get; }

    public bool IsOrdered { get; }

    public ExhaustedPolicy OnExhausted { get; }

    public UnhandledPolicy OnUnhandled { get; }

    public int Groups { get; }

    public int MaxMembers { get; }

    public int MaxAttempts { get; }

    public TimeSpan BaseDelay { get; }

    public TimeSpan MaxDelay { get; }

    public TimeSpan HandlerTimeout { get; }

    public int MaxConcurrency { get; }

    public int? MaxInFlight { get; }

    public bool Batches { get; }

    public int BatchSize { get; }

    public TimeSpan BatchWait { get; }

    public bool Inline { get; }

    public int Keys { get; }

    public int Events { get; }

    /// <summary>Over how long they are published.</summary>
    public TimeSpan Span { get; }

    /// <summary>In how many of a hundred events a handler does something else than to return Ack.</summary>
    public int Trouble { get; }

    public StoryFaults Faults { get; }

    public IEnumerable<KeyValuePair<string, string?>> Configuration(string? group)
    {
        yield return Pair("Source", "/simulation");
        yield return Pair("DrainTimeout", "10s");
        yield return Pair("PublishTimeout", "5s");
        yield return Pair("Brokers:default:Type", "InMemory");
        yield return Pair("Brokers:default:Provisioning", "Assume");
        yield return Pair("Brokers:default:InMemory:Profile", (IsLog ? InMemoryProfile.Log : InMemoryProfile.Queue).ToString());
        yield return Pair("Brokers:default:InMemory:Partitions", Number(Partitions));
        yield return Pair("Brokers:default:InMemory:Holes", Holes.ToString());
        yield return Pair("Brokers:default:InMemory:Lease", $"{Number(Lease.TotalSeconds)}s");
        yield return Pair("Channels:events:Address", "events");
        if (group is null)
            yield break;
        yield return Pair("Subscriptions:work:Channel", "events");
        yield return Pair("Subscriptions:work:Group", group);
        yield return Pair("Subscriptions:work:Ordering", (IsOrdered ? OrderingMode.PerKey : OrderingMode.None).ToString());
        yield return Pair("Subscriptions:work:OnExhausted", OnExhausted.ToString());
        yield return Pair("Subscriptions:work:OnUnhandled", OnUnhandled.ToString());
        yield return Pair("Subscriptions:work:MaxConcurrency", Number(MaxConcurrency));
        if (MaxInFlight is { } most)
            yield return Pair("Subscriptions:work:MaxInFlight", Number(Math.Max(most, Batches ? BatchSize : 1)));
        yield return Pair("Subscriptions:work:HandlerTimeout", $"{Number(HandlerTimeout.TotalMilliseconds)}ms");
        yield return Pair("Subscriptions:work:Retry:MaxAttempts", Number(MaxAttempts));
        yield return Pair("Subscriptions:work:Retry:BaseDelay", $"{Number(BaseDelay.TotalMilliseconds)}ms");
        yield return Pair("Subscriptions:work:Retry:MaxDelay", $"{Number(MaxDelay.TotalMilliseconds)}ms");
        if (!Batches)
            yield break;
        yield return Pair("Subscriptions:work:Batch:MaxSize", Number(BatchSize));
        yield return Pair("Subscriptions:work:Batch:MaxWait", $"{Number(BatchWait.TotalMilliseconds)}ms");
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsLog ? $"log of {Partitions}{(Holes ? " with holes" : "")}" : $"queue, lease {Lease.TotalSeconds} s")}, {(IsOrdered ? "per key" : "no order")}, {OnExhausted}, {OnUnhandled} unhandled, {Groups} groups of up to {MaxMembers}, {MaxAttempts} attempts {BaseDelay.TotalMilliseconds}..{MaxDelay.TotalMilliseconds} ms, timeout {HandlerTimeout.TotalMilliseconds} ms, concurrency {MaxConcurrency}, in flight {MaxInFlight?.ToString(CultureInfo.InvariantCulture) ?? "default"}, {(Batches ? $"batches of {BatchSize} in {BatchWait.TotalMilliseconds} ms" : "single")}, {(Inline ? "inline" : "hops")}, {Events} events of {Keys} keys in {Span.TotalMilliseconds} ms, trouble {Trouble} %, {Faults}");

    private static KeyValuePair<string, string?> Pair(string key, string value) => new($"EventFabric:{key}", value);

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
