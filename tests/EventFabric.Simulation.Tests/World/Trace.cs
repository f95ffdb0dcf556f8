using EventFabric.Simulation.Clock;

namespace EventFabric.Simulation.World;

/// <summary>What happened, in order: a hash of all of it, to compare two runs, and the last lines, to read.</summary>
internal sealed class Trace(VirtualTime time)
{
    // All of it where one seed is played, to be read.
    private static readonly int Kept = Environment.GetEnvironmentVariable("EVENTFABRIC_SIMULATION_SEED") is null ? 80 : 100_000;
    private readonly Queue<string> _last = new();
    private ulong _hash = 14695981039346656037;

    public ulong Hash => _hash;

    public IEnumerable<string> Last => _last;

    public void Add(string line)
    {
        var stamped = $"{time.Now.TotalMilliseconds,12:F3} {line}";
        foreach (var character in stamped)
            _hash = (_hash ^ character) * 1099511628211;
        _last.Enqueue(stamped);
        if (_last.Count > Kept)
            _last.Dequeue();
    }
}
