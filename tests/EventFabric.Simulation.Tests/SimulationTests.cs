using System.Collections.Concurrent;
using System.Globalization;
using EventFabric.Simulation.Story;
using EventFabric.Simulation.World;
using Xunit;

namespace EventFabric.Simulation;

/// <summary>
/// The real engine and the in-memory broker on a virtual clock, with faults. <c>EVENTFABRIC_SIMULATION_SEEDS</c> says how many seeds are
/// played (1,000 by default), <c>EVENTFABRIC_SIMULATION_SEED</c> plays one of them again.
/// </summary>
public sealed class SimulationTests
{
    private const int DefaultSeeds = 1_000;

    /// <summary>Beyond the default ones: each has broken a promise before, by a fault that few others meet.</summary>
    private static readonly int[] Telling = [1034, 1235, 1388, 1393, 2282, 2864, 2990, 3423, 3505, 3669, 4542, 4568, 4789, 5216, 3184, 4502, 5476];

    [Fact]
    public void Every_seed_keeps_all_promises()
    {
        var failures = new ConcurrentQueue<SimulationException>();
        var seeds = Seeds();
        Play(seeds, (seed, _) =>
        {
            try
            {
                SeededRun.Play(seed);
            }
            catch (SimulationException failure)
            {
                failures.Enqueue(failure);
            }
        });
        if (failures.TryPeek(out var first))
            Assert.Fail($"{failures.Count} seeds failed, of which the first:\n{first.Message}\nAll:\n{string.Join('\n', failures.Select(static failure => failure.Message.Split('\n')[0]))}");
    }

    [Fact]
    public void A_seed_played_twice_is_the_same_story()
    {
        var hashes = new ConcurrentDictionary<(int Seed, int Time), ulong>();
        var seeds = Enumerable.Range(1, 20).ToArray();
        Play([.. seeds, .. seeds], (seed, index) => hashes[(seed, index / seeds.Length)] = SeededRun.Play(seed));
        foreach (var seed in seeds)
            Assert.Equal(hashes[(seed, 0)], hashes[(seed, 1)]);
        Assert.Equal(seeds.Length, hashes.Values.Distinct().Count());
    }

    private static int[] Seeds()
    {
        if (Number("EVENTFABRIC_SIMULATION_SEED") is { } one)
            return [one];
        return [.. Enumerable.Range(1, Number("EVENTFABRIC_SIMULATION_SEEDS") ?? DefaultSeeds).Union(Telling)];
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Plays on threads of their own, without a synchronization context, so that nothing but the seed decides what runs when.</summary>
    private static void Play(int[] seeds, Action<int, int> play)
    {
        var next = -1;
        var errors = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, Math.Min(seeds.Length, Math.Max(2, Environment.ProcessorCount))).Select(_ => new Thread(() =>
        {
            for (var index = Interlocked.Increment(ref next); index < seeds.Length; index = Interlocked.Increment(ref next))
            {
                try
                {
                    play(seeds[index], index);
                }
                catch (Exception error)
                {
                    errors.Enqueue(error);
                }
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        if (errors.TryPeek(out var first))
            Assert.Fail(first.ToString());
    }
}
