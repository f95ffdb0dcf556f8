using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;
using EventFabric.Testing.Raw;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Testing.Cases.Ordering;

/// <summary>OnExhausted ParkKey: what follows a dead letter of its key follows it.</summary>
internal static class ParkingCases
{
    private static readonly string[] Roads = ["exhausted", "verb", "exception", "undecodable", "unhandled"];

    internal static IEnumerable<ConformanceCase> All =>
    [
        KeyCases.Needing("E04 order_park_key", "a dead letter, by any road, parks its key: later events of the key follow it, after a restart too; other keys run", ParkAsync),
    ];

    private static Task ParkAsync(CaseContext context)
    {
        var plan = context.App().With("OnExhausted", nameof(ExhaustedPolicy.ParkKey)).With("Retry:MaxAttempts", "2")
            .Program(static (builder, _) => builder.DeadLetterOn<FormatException>());
        return context.Profile.Receive.Partitioned ? ParkAsync(context, plan) : Refusals.CheckStartAsync(context, plan, "OnExhausted");
    }

    private static async Task ParkAsync(CaseContext context, AppPlan plan)
    {
        var app = await plan.StartAsync(Handle).ConfigureAwait(false);
        foreach (var road in Roads)
        {
            await app.PublishAsync(road, road, 1).ConfigureAwait(false);
            await PublishBadAsync(context, plan, app, road).ConfigureAwait(false);
            await app.PublishAsync(road, road, 3).ConfigureAwait(false);
            await app.PublishAsync(road, road, 4).ConfigureAwait(false);
            await app.PublishAsync("free", "free").ConfigureAwait(false);
        }

        await context.RawUntilAsync(plan.DeadLetters, Roads.Length * 3, "three dead letters of each parked key").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Named("free").Count == Roads.Length, "the events of another key").ConfigureAwait(false);
        await app.StopAsync().ConfigureAwait(false);

        app = await plan.StartAsync(Handle).ConfigureAwait(false);
        foreach (var road in Roads) await app.PublishAsync(road, road, 5).ConfigureAwait(false);
        await app.PublishAsync("free", "free").ConfigureAwait(false);
        var dead = await context.RawUntilAsync(plan.DeadLetters, Roads.Length * 4, "a fourth dead letter of each parked key, after the restart").ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Named("free").Count == Roads.Length + 1, "another key's event after the restart").ConfigureAwait(false);
        foreach (var road in Roads) CheckParked(context, [.. dead.Where(raw => raw.Key == road)], road);
        Check.Equal(Roads.Length * 4, dead.Count, "dead letters");
    }

    private static void CheckParked(CaseContext context, IReadOnlyList<RawEvent> dead, string road)
    {
        var followers = dead.Skip(1).ToList();
        Check.Sequence(
            [3, 4, 5],
            followers.Select(static raw => System.Text.Json.JsonDocument.Parse(raw.Data).RootElement.GetProperty("number").GetInt32()),
            $"the dead letters behind the first of key {road}, in order");
        foreach (var follower in followers) Check.Equal("key-parked", follower.Header("ef-reason"), $"the reason of what follows in key {road}");
        Check.True(dead[0].Header("ef-reason") != "key-parked", $"a reason of its own for the first of key {road}", "key-parked");
        Check.True(
            !context.Log.Any(delivery => delivery.Key == road && delivery.Number > 2),
            $"no event behind the dead letter of key {road} to be handled",
            context.Log.All.FirstOrDefault(delivery => delivery.Key == road && delivery.Number > 2));
    }

    private static Task PublishBadAsync(CaseContext context, AppPlan plan, CaseApp app, string road) => road switch
    {
        "undecodable" => context.RawPublishAsync(plan.Address, RawEvents.Write(
            context.Profile.Binding,
            new CloudEventParts("undecodable", Note.TypeName, """{"text":{"not":"a text"}}"""u8.ToArray()) { Key = road })),
        "unhandled" => app.PublishAsync(new Stranger("who"), new PublishOptions { Key = road }),
        _ => app.PublishAsync(road, road, 2),
    };

    private static ValueTask<Settlement> Handle(Delivery delivery, CancellationToken cancellationToken) => (delivery.Text, delivery.Number) switch
    {
        ("exhausted", 2) => throw new InvalidOperationException("planned"),
        ("verb", 2) => new(Settlement.DeadLetter("unwanted")),
        ("exception", 2) => throw new FormatException("planned"),
        _ => new(Settlement.Ack),
    };
}
