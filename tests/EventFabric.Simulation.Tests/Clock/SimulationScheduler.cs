using EventFabric.Scheduling;

namespace EventFabric.Simulation.Clock;

/// <summary>
/// The threads of all hosts: one, which takes the next piece of work by the seed, lets some time pass with each, and jumps to the next
/// timer when there is nothing to do. Work from another thread is refused: then something runs that the seed does not decide.
/// </summary>
internal sealed class SimulationScheduler(Random random, bool inline) : WorkScheduler
{
    private readonly List<IThreadPoolWorkItem> _items = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    private volatile string? _strayed;

    public VirtualTime Clock { get; } = new();

    public override TimeProvider Time => Clock;

    public override Random Random => random;

    public override bool RunsFastWorkInline => inline;

    public long Steps { get; private set; }

    public override void Queue(IThreadPoolWorkItem item)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            _items.Add(item);
        else
            _strayed ??= $"{item.GetType()} was queued by another thread than the simulation's: {Environment.StackTrace}";
    }

    /// <summary>Does one thing; false when there is nothing to do before the deadline.</summary>
    public bool Step(TimeSpan deadline)
    {
        if (_strayed is { } strayed)
            throw new InvalidOperationException(strayed);
        if (_items.Count == 0)
            return Clock.FireNext(deadline);
        Steps++;
        // Mostly in order, as pools do; often enough not.
        var at = random.Next(3) == 0 ? random.Next(_items.Count) : 0;
        var item = _items[at];
        _items.RemoveAt(at);
        item.Execute();
        Clock.Pass(TimeSpan.FromTicks(random.Next(50) == 0 ? random.Next(50_000) : random.Next(20)));
        return true;
    }

    /// <summary>Runs until something is so, or the time is over. Whether it is so.</summary>
    public bool RunUntil(Func<bool> isSo, TimeSpan within)
    {
        var deadline = Clock.Now + within;
        for (var steps = 0; !isSo(); steps++)
        {
            if (Clock.Now >= deadline || !Step(deadline))
                return isSo();
            if (steps == 5_000_000)
                throw new InvalidOperationException("Five million steps, and no end of them.");
        }

        return true;
    }

    public void Run(TimeSpan time)
    {
        RunUntil(static () => false, time);
        if (time > TimeSpan.Zero)
            Clock.Pass(TimeSpan.Zero);
    }
}
