using EventFabric.Concurrency.Exploring;
using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Concurrency.Settling;

public sealed class SettlementExploration
{
    private const int Interleavings = 800;

    [Fact]
    public void A_watermark_covers_what_is_finished_and_ends_at_the_last_record() =>
        Explorer.HoldsInEvery(Interleavings, () => SettleAsync(AckMode.Cumulative, planted: false));

    [Fact]
    public void Twin_watermark_beside_the_lock() => Explorer.FindsThePlantedRace(Interleavings, () => SettleAsync(AckMode.Cumulative, planted: true));

    [Fact]
    public void One_by_one_each_record_is_settled_once() => Explorer.HoldsInEvery(Interleavings, () => SettleAsync(AckMode.PerRecord, planted: false));

    [Fact]
    public void Twin_one_by_one_beside_the_lock() => Explorer.FindsThePlantedRace(Interleavings, () => SettleAsync(AckMode.PerRecord, planted: true));

    private static async Task SettleAsync(AckMode mode, bool planted)
    {
        await using var story = new SettlementStory(mode, maxFailures: 1, records: 5, planted);
        await Story.AllAsync(story.FinishAsync(1, 4), story.FinishAsync(0, 2), story.FinishAsync(3), Task.Run(story.FlushAsync));
        await story.FlushAsync();
        story.EverythingIsSettled();
    }
}
