using EventFabric.Drivers;
using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Groups;

/// <summary>Where a group begins, and where it goes on.</summary>
internal static class StartCases
{
    private const int Keys = 8;

    internal static IEnumerable<ConformanceCase> All =>
    [
        new("F03 new_group_start_earliest_latest", "a new group begins where Start says; one that was there goes on where it was, whatever Start says", StartAsync)
        {
            Needs = Capability.StartPosition,
            Refusal = static context => Refusals.CheckStartAsync(context, context.App().With("Start", "Latest"), "Start"),
        },
        new("F08 durable_across_restart", "what is published while no member runs is received by the next one, and what was handled before is not", DurableAsync),
    ];

    private static async Task StartAsync(CaseContext context)
    {
        var plan = context.App();
        var publisher = await plan.StartPublisherAsync().ConfigureAwait(false);
        var old = await PublishAsync(publisher, "old").ConfigureAwait(false);

        var earliest = await plan.With("Start", "Earliest").StartAsync().ConfigureAwait(false);
        await HandledAsync(context, earliest, old, "a new group that begins at the earliest").ConfigureAwait(false);
        await earliest.StopAsync().ConfigureAwait(false);

        plan.Root("Group", plan.Group + "-latest").With("Start", "Latest");
        var latest = await plan.StartAsync().ConfigureAwait(false);
        await ProbeAsync(context, publisher, latest).ConfigureAwait(false);
        CheckOnly(context, latest, "probe", "a new group that begins at the latest");
        await latest.StopAsync().ConfigureAwait(false);

        var away = await PublishAsync(publisher, "away").ConfigureAwait(false);
        var again = await plan.StartAsync().ConfigureAwait(false);
        await HandledAsync(context, again, away, "the same group, Start still Latest, of what came while it was away").ConfigureAwait(false);
        CheckOnly(context, again, "away", "the same group");
    }

    private static async Task DurableAsync(CaseContext context)
    {
        var plan = context.App();
        var member = await plan.StartAsync().ConfigureAwait(false);
        for (var turn = 0; turn < 3; turn++)
        {
            var before = await PublishAsync(member, $"before {turn}").ConfigureAwait(false);
            await HandledAsync(context, member, before, "the member").ConfigureAwait(false);
            await member.StopAsync().ConfigureAwait(false);

            var publisher = await plan.StartPublisherAsync().ConfigureAwait(false);
            var away = await PublishAsync(publisher, $"away {turn}").ConfigureAwait(false);
            await publisher.StopAsync().ConfigureAwait(false);

            member = await plan.StartAsync().ConfigureAwait(false);
            await HandledAsync(context, member, away, "the member that came after they were published").ConfigureAwait(false);
            CheckOnly(context, member, $"away {turn}", "the member that came later");
        }
    }

    /// <summary>Publishes until one event of each key has come: then the group has begun in every partition of them.</summary>
    private static async Task ProbeAsync(CaseContext context, CaseApp publisher, CaseApp member)
    {
        var end = context.Now + Members.Rebalance;
        while (true)
        {
            var probes = await publisher.PublishBatchAsync(Enumerable.Range(0, Keys).Select(static index => ("probe", (string?)$"k{index}", index))).ConfigureAwait(false);
            await context.AdvanceAsync(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(20)).ConfigureAwait(false);
            var come = Of(context, member).Where(static delivery => delivery.Text == "probe").ToList();
            if (come.Select(static delivery => delivery.Key).Distinct().Count() == Keys)
            {
                await HandledAsync(context, member, [.. probes.Select(static probe => probe.Id)], "a new group that begins at the latest").ConfigureAwait(false);
                return;
            }

            if (context.Now >= end) throw Check.Failed("a new group that begins at the latest", $"an event of each of {Keys} keys within {Members.Rebalance}", $"{come.Count} events");
        }
    }

    /// <summary>Publishes an event of each key, and of others of which nothing else is ever published in between.</summary>
    private static async Task<HashSet<string>> PublishAsync(CaseApp publisher, string text)
    {
        var results = await publisher.PublishBatchAsync(Enumerable.Range(0, Keys * 2).Select(index => (text, (string?)(index < Keys ? $"k{index}" : $"quiet{index}"), index))).ConfigureAwait(false);
        return [.. results.Select(static result => result.Id)];
    }

    private static Task HandledAsync(CaseContext context, CaseApp member, HashSet<string> ids, string who) => Members.UntilAsync(
        context,
        () => ids.IsSubsetOf(Of(context, member).Where(static delivery => !delivery.IsRunning).Select(static delivery => delivery.Id)),
        $"{ids.Count} events at {who}");

    // An event of each key lies behind whatever must not come: it would have come before.
    private static void CheckOnly(CaseContext context, CaseApp member, string text, string who)
    {
        var others = Of(context, member).Where(delivery => delivery.Text != text).ToList();
        Check.True(others.Count == 0, $"only events \"{text}\" at {who}", string.Join("; ", others.Take(5)));
    }

    private static List<Delivery> Of(CaseContext context, CaseApp member) => [.. context.Log.All.Where(delivery => delivery.Host == member.Number)];
}
