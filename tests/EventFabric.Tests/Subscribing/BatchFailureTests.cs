using System.Text;
using EventFabric.Tests.Engine;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Subscribing;

public sealed class BatchFailureTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly List<string> _calls = [];

    [Fact]
    public void A_batch_that_fails_is_tried_again_one_by_one_so_that_its_good_events_are_not_lost_with_the_bad()
    {
        using var rig = Rig(InMemoryProfile.Queue, ("Ordering", "None"));
        foreach (var text in new[] { "good", "bad", "fine" })
            rig.Send(null, text);
        rig.Scheduler.Advance(Second * 30, Second);
        Assert.Equal("good bad fine", _calls[0]);
        Assert.Equal(["bad", "fine", "good"], _calls.Skip(1).Order(StringComparer.Ordinal));
        Assert.Equal(["\"bad\" System.InvalidOperationException after 2"], Letters(rig));
    }

    [Fact]
    public void An_event_that_failed_with_an_earlier_one_of_its_key_follows_it_when_that_parks_the_key()
    {
        using var rig = Rig(InMemoryProfile.Log, ("OnExhausted", "ParkKey"));
        foreach (var text in new[] { "bad", "good", "later" })
            rig.Send("a", text);
        rig.Scheduler.Advance(Second * 30, Second);
        Assert.Equal(["bad good later", "bad"], _calls);
        Assert.Equal(["\"bad\" System.InvalidOperationException after 2", "\"good\" key-parked after 1", "\"later\" key-parked after 1"], Letters(rig));
    }

    private static IEnumerable<string> Letters(SubscriptionRig rig) => rig.Broker.Read(SubscriptionRig.DeadLetters).Select(static letter =>
        $"{Encoding.UTF8.GetString(letter.Body!)} {Header(letter, "ef-reason")} after {Header(letter, "ef-attempts")}");

    private static string Header(InMemoryRecord letter, string name) => Encoding.UTF8.GetString(letter.Headers.Single(header => header.Key == name).Value);

    private SubscriptionRig Rig(InMemoryProfile profile, params (string Key, string Value)[] settings)
    {
        var rig = new SubscriptionRig(
            profile,
            builder =>
            {
                builder.Services.AddSingleton(new Handler(_calls));
                builder.AddBatchHandler<string, Handler>("work");
            },
            [.. settings, ("Batch:MaxSize", "3"), ("Batch:MaxWait", "1s"), ("Retry:MaxAttempts", "2"), ("Retry:BaseDelay", "0ms"), ("Retry:MaxDelay", "0ms")]);
        rig.Start();
        return rig;
    }

    /// <summary>Fails as a whole when a bad one is there.</summary>
    private sealed class Handler(List<string> calls) : IEventBatchHandler<string>
    {
        public ValueTask<BatchSettlement> HandleAsync(IReadOnlyList<EventContext<string>> batch, CancellationToken cancellationToken)
        {
            var texts = batch.Select(static context => context.Data).ToArray();
            calls.Add(string.Join(' ', texts));
            return texts.Contains("bad") ? throw new InvalidOperationException("planned") : new(new BatchSettlement(Settlement.Ack));
        }
    }
}
