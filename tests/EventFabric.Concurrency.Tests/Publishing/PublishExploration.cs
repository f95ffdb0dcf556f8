using EventFabric.Concurrency.Exploring;
using Xunit;

namespace EventFabric.Concurrency.Publishing;

public sealed class PublishExploration
{
    private const int Interleavings = 120;

    [Fact]
    public void Every_publish_ends_once_as_the_broker_said() => Explorer.HoldsInEvery(Interleavings, () => PublishAsync(new ExploredBroker(), planted: false));

    [Fact]
    public void Twin_each_caller_has_a_lock_of_its_own() => Explorer.FindsThePlantedRace(Interleavings, () => PublishAsync(new ExploredBroker(), planted: true));

    [Fact]
    public void Failed_records_go_again_before_later_ones_of_their_key() =>
        Explorer.HoldsInEvery(Interleavings, () => PublishAsync(new ExploredBroker(maxFailures: 2, mayReject: true), planted: false));

    [Fact]
    public void Twin_failed_records_and_a_lock_for_each_caller() =>
        Explorer.FindsThePlantedRace(Interleavings, () => PublishAsync(new ExploredBroker(maxFailures: 2, mayReject: true), planted: true));

    [Fact]
    public void Closing_lets_what_was_begun_end_and_refuses_the_rest() => Explorer.HoldsInEvery(Interleavings, () => CloseAsync(planted: false));

    [Fact]
    public void Twin_closing_with_a_lock_for_each_caller() => Explorer.FindsThePlantedRace(Interleavings, () => CloseAsync(planted: true));

    [Fact]
    public void A_publish_ends_with_its_record_and_not_with_its_call() => Explorer.HoldsInEvery(Interleavings, () => HoldLastAsync(planted: false));

    [Fact]
    public void Twin_records_of_one_call_with_a_lock_for_each_caller() => Explorer.FindsThePlantedRace(Interleavings, () => HoldLastAsync(planted: true));

    private static async Task HoldLastAsync(bool planted)
    {
        var broker = new ExploredBroker(holdsLast: true);
        await using var story = new PublishStory(broker, planted: planted);
        async Task PublishAsync(string body)
        {
            await story.PublishAsync(body);
            broker.CompleteLast();
        }

        await Story.AllAsync(story.PublishAsync("a1"), PublishAsync("b1"), PublishAsync("c1"));
        await story.CloseAsync();
        story.WhatWasToldIsSo(["a1"], ["b1"], ["c1"]);
    }

    private static async Task PublishAsync(ExploredBroker broker, bool planted)
    {
        await using var story = new PublishStory(broker, maxPending: 3, planted);
        await Story.AllAsync(
            Task.Run(() => Story.AllAsync(story.PublishAsync("a1"), story.PublishAsync("a2"))),
            Task.Run(() => Story.AllAsync(story.PublishAsync("b1"), story.PublishAsync("b2"))));
        await story.CloseAsync();
        story.WhatWasToldIsSo(["a1", "a2"], ["b1", "b2"]);
    }

    private static async Task CloseAsync(bool planted)
    {
        await using var story = new PublishStory(new ExploredBroker(maxFailures: 1), planted: planted);
        await Story.AllAsync(
            Task.Run(() => Story.AllAsync(story.PublishAsync("a1"), story.PublishAsync("a2"))),
            Task.Run(() => story.PublishAsync("b1")),
            Task.Run(story.CloseAsync),
            Task.Run(story.CloseAsync));
        story.WhatWasToldIsSo(["a1", "a2"], ["b1"]);
    }
}
