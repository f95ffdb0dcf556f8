using System.Collections.Concurrent;
using EventFabric.Testing.Conformance;
using Microsoft.Extensions.Logging;

namespace EventFabric.Testing.Cases.Groups;

/// <summary>Members of a group share its events; groups do not.</summary>
internal static class SharingCases
{
    private const int Keys = 32;
    private const int MostWaves = 20;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    internal static IEnumerable<ConformanceCase> All =>
    [
        new("F01 competing_consumers_share", "two members of a group: every event once, and both get some", ShareAsync),
        new("F02 two_groups_each_get_all", "each group gets every event, in one host and in another", FanOutAsync),
        new("F09 concurrent_start_same_group", "four members that start at once, where nothing is there yet: no error, and every event is handled", StartAtOnceAsync),
    ];

    private static async Task ShareAsync(CaseContext context)
    {
        // Few places, and handlers that wait for each other: without partitions one member would take a whole wave otherwise.
        var plan = context.App().With("MaxConcurrency", "4").With("MaxInFlight", "8");
        var gates = new ConcurrentDictionary<string, Gate>();
        CaseHandler handler = async (delivery, cancellationToken) =>
        {
            if (gates.TryGetValue(delivery.Text, out var gate)) await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            return Settlement.Ack;
        };
        var first = await plan.StartAsync(handler).ConfigureAwait(false);
        var second = await plan.StartAsync(handler).ConfigureAwait(false);
        await Members.ShareAsync(context, first, second).ConfigureAwait(false);
        var seen = "nothing";
        for (var wave = 0; wave < MostWaves; wave++)
        {
            var text = $"wave {wave}";
            var gate = gates[text] = context.Gate();
            var ids = await PublishAsync(first, text).ConfigureAwait(false);
            for (var tick = 0; tick < 50 && HostsOf(context, text) < 2; tick++) await context.AdvanceAsync(Tick, Tick).ConfigureAwait(false);
            gate.Open();
            await HandledAsync(context, text, ids).ConfigureAwait(false);

            // What somebody gets once too often has come when the next wave has.
            await WaveAsync(context, first, "behind " + text).ConfigureAwait(false);
            var deliveries = context.Log.Named(text);
            var shares = string.Join(" and ", new[] { first, second }.Select(member => deliveries.Count(delivery => delivery.Host == member.Number)));
            seen = $"{ids.Count} events, {deliveries.Count} deliveries, to the members {shares}";
            if (deliveries.Count == ids.Count && HostsOf(context, text) == 2) return;
            await context.AdvanceAsync(TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(50)).ConfigureAwait(false);
        }

        throw Check.Failed("the last wave of events", "every event once, and some at both members", seen);
    }

    private static async Task FanOutAsync(CaseContext context)
    {
        var plan = context.App();
        var shared = plan.AddSubscription(AppPlan.Main);
        plan.Root($"Subscriptions:{shared}:Group", plan.Group + "-shared").Root($"Subscriptions:{shared}:DeadLetter:Address", context.NewAddress("dlq"));
        var one = await plan.StartAsync().ConfigureAwait(false);
        var other = await plan.Root("Group", plan.Group + "-other").StartAsync().ConfigureAwait(false);
        var results = await one.PublishBatchAsync(Enumerable.Range(0, 96).Select(static index => ("to all", index % 3 == 0 ? null : (string?)$"k{index % 8}", index))).ConfigureAwait(false);
        var ids = results.Select(static result => result.Id).ToHashSet();
        var groups = new Dictionary<string, Predicate<Delivery>>
        {
            ["the first host's own group"] = delivery => delivery.Subscription != shared && delivery.Host == one.Number,
            ["the second host's own group"] = delivery => delivery.Subscription != shared && delivery.Host == other.Number,
            ["the group of both hosts"] = delivery => delivery.Subscription == shared,
        };
        foreach (var (name, isOf) in groups)
        {
            await Members.UntilAsync(context, () => Seen(isOf).IsSupersetOf(ids), $"{ids.Count} events at {name}").ConfigureAwait(false);
            Check.SameSet(ids, Seen(isOf), $"the events at {name}");
        }

        HashSet<string> Seen(Predicate<Delivery> isOf) => [.. context.Log.All.Where(delivery => isOf(delivery)).Select(static delivery => delivery.Id)];
    }

    private static async Task StartAtOnceAsync(CaseContext context)
    {
        const int Hosts = 4;
        var plan = context.App();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var inspected = 0;

        // All have seen that nothing is there before one of them makes it.
        context.Spy.AfterInspection = () =>
        {
            if (Interlocked.Increment(ref inspected) >= Hosts) all.TrySetResult();
            return all.Task;
        };
        var members = await Task.WhenAll(Enumerable.Range(0, Hosts).Select(_ => plan.StartAsync())).ConfigureAwait(false);
        var wrong = context.Logs.Entries.FirstOrDefault(static entry => entry.Level >= LogLevel.Error || entry.Message.Contains("tried again", StringComparison.Ordinal));
        Check.True(wrong is null, "no host to have to try again", wrong?.Message);
        foreach (var member in members) await WaveAsync(context, member, $"by host {member.Number}").ConfigureAwait(false);
    }

    /// <summary>Publishes two events of each key, and waits until they are handled.</summary>
    private static async Task WaveAsync(CaseContext context, CaseApp publisher, string text) =>
        await HandledAsync(context, text, await PublishAsync(publisher, text).ConfigureAwait(false)).ConfigureAwait(false);

    private static async Task<HashSet<string>> PublishAsync(CaseApp publisher, string text)
    {
        var results = await publisher.PublishBatchAsync(Enumerable.Range(0, Keys * 2).Select(index => (text, (string?)$"k{index % Keys}", index / Keys))).ConfigureAwait(false);
        return [.. results.Select(static result => result.Id)];
    }

    private static Task HandledAsync(CaseContext context, string text, HashSet<string> ids) => Members.UntilAsync(
        context,
        () => ids.IsSubsetOf(context.Log.Named(text).Where(static delivery => !delivery.IsRunning).Select(static delivery => delivery.Id)),
        $"the {ids.Count} events \"{text}\" to be handled");

    private static int HostsOf(CaseContext context, string text) => context.Log.Named(text).Select(static delivery => delivery.Host).Distinct().Count();
}
