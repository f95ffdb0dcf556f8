using EventFabric.Concurrency.Exploring;
using EventFabric.Lanes;
using Xunit;

namespace EventFabric.Concurrency.Lanes;

public sealed class LaneExploration
{
    private const int Interleavings = 120;

    [Fact]
    public void Every_record_finishes_once_and_a_key_in_order() => Explorer.HoldsInEvery(Interleavings, () => WorkAsync(besideTheLock: false));

    [Fact]
    public void Twin_records_are_added_beside_the_lock() => Explorer.FindsThePlantedRace(Interleavings, () => WorkAsync(besideTheLock: true));

    [Fact]
    public void Records_that_are_dropped_while_others_run_finish_once() => Explorer.HoldsInEvery(Interleavings, () => DropAsync(besideTheLock: false));

    [Fact]
    public void Twin_records_are_dropped_while_one_is_added_beside_the_lock() => Explorer.FindsThePlantedRace(Interleavings, () => DropAsync(besideTheLock: true));

    [Fact]
    public void A_drain_ends_when_the_last_handler_has() => Explorer.HoldsInEvery(Interleavings, () => StopAsync(looksTooEarly: false));

    [Fact]
    public void Twin_the_pump_looks_too_early_whether_to_stop() => Explorer.FindsThePlantedRace(Interleavings, () => StopAsync(looksTooEarly: true));

    private static async Task WorkAsync(bool besideTheLock)
    {
        var story = new LaneStory(new LaneLimits(MaxConcurrency: 2, MaxInFlight: 4, MaxInFlightBytes: 100), expected: 7);
        NumberedRecord[] records =
        [
            new(0, 1, Conduct.Ends),
            new(1, 1, Conduct.FailsAndIsTriedAgain),
            new(2, 2, Conduct.Suspends),
            new(3, 1, Conduct.Suspends),
            new(4, null, Conduct.Ends),
            new(5, 2, Conduct.FailsAndIsGivenUp),
            new(6, 2, Conduct.Ends),
        ];
        await Story.AllAsync(Task.Run(() => story.PumpAsync(records, besideTheLock)), story.AllFinished);
        story.NothingIsLeft();
    }

    private static async Task DropAsync(bool besideTheLock)
    {
        var story = new LaneStory(new LaneLimits(MaxConcurrency: 2, MaxInFlight: 8, MaxInFlightBytes: 100), expected: 5);
        NumberedRecord[] records =
        [
            new(0, 1, Conduct.Suspends),
            new(1, 1, Conduct.Ends),
            new(2, 2, Conduct.FailsAndIsTriedAgain),
            new(3, 2, Conduct.Ends),
            new(4, null, Conduct.Ends),
        ];
        var pump = Task.Run(() => story.PumpAsync(records, besideTheLock));
        var drop = Task.Run(() => story.Lanes.DropQueued(static record => record.IsKeyed, Verdict.Release));
        await Story.AllAsync(pump, drop, story.AllFinished);
        story.NothingIsLeft();
    }

    private static async Task StopAsync(bool looksTooEarly)
    {
        var story = new LaneStory(new LaneLimits(MaxConcurrency: 2, MaxInFlight: 3, MaxInFlightBytes: 100), expected: 6);
        NumberedRecord[] records =
        [
            new(0, 1, Conduct.Suspends),
            new(1, 1, Conduct.Ends),
            new(2, 2, Conduct.Suspends),
            new(3, 2, Conduct.FailsAndIsGivenUp),
            new(4, null, Conduct.Suspends),
            new(5, 1, Conduct.Ends),
        ];
        await Story.AllAsync(Task.Run(() => story.PumpAsync(records, looksTooEarly: looksTooEarly)), Task.Run(story.StopAsync));
        story.NothingIsLeft();
    }
}
