using System.Text;
using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;
using EventFabric.Testing.Raw;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Testing.Cases.Envelopes;

/// <summary>Events of other producers, of older versions, and of types that nobody here knows.</summary>
internal static class ForeignCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("C04 foreign_producer_interop", "what CloudEvents' own SDK writes is understood; plain JSON becomes the channel's ForeignType, its id from its position", InteropAsync),
        new("C05 no_double_wrap", "a structured event that is retried and dead-lettered stays the same JSON event", NoDoubleWrapAsync),
        new("C06 unknown_type_policy", "a type without a handler is dead-lettered, or dropped and counted where OnUnhandled says so", UnknownTypeAsync),
        new("C09 type_alias_evolution", "an older type name is an alias, an older shape is brought up by its upcaster", EvolutionAsync),
    ];

    private static async Task InteropAsync(CaseContext context)
    {
        var binding = context.Profile.Binding;
        var plan = context.App().Channel("ForeignType", Note.TypeName);
        await plan.StartAsync((delivery, _) => new(delivery.Attempt == 1 ? Settlement.Retry(TimeSpan.Zero) : Settlement.Ack)).ConfigureAwait(false);
        var json = """{ "text" : "interop", "number": 7 }"""u8.ToArray();
        var sdk = new CloudEventParts("sdk-structured", Note.TypeName, json) { Time = "2026-03-04T07:06:07.1234567+02:00", Subject = "s", ContentType = "application/json; charset=utf-8" };
        await context.RawPublishAsync(plan.Address, RawEvents.WriteStructured(binding, sdk, "application/cloudevents+json; charset=utf-8")).ConfigureAwait(false);
        if (!binding.StructuredOnly) await context.RawPublishAsync(plan.Address, RawEvents.WriteBinary(binding, sdk with { Id = "sdk-binary" })).ConfigureAwait(false);
        var plain = new RawRecord("key-1"u8.ToArray(), json, [new("x-mine", "1"u8.ToArray())]);
        await context.RawPublishAsync(plan.Address, plain).ConfigureAwait(false);

        var expected = binding.StructuredOnly ? 2 : 3;
        await context.UntilAsync(() => context.Log.CountOf(static delivery => delivery is { Attempt: 2, IsRunning: false }) >= expected, $"{expected} events, each twice").ConfigureAwait(false);
        foreach (var delivery in context.Log.All) Check.Equal(new Note("interop", 7), delivery.Data, $"the data of {delivery.Id}");
        Check.Equal(expected, context.Log.Distinct(), "ids, the same on each attempt");
        foreach (var delivery in context.Log.All.Where(static delivery => delivery.Id.StartsWith("sdk", StringComparison.Ordinal)))
        {
            Check.Equal("s", delivery.Subject, "subject");
            Check.Equal(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(1234567), delivery.Time, "time");
        }

        var foreign = context.Log.All.First(static delivery => !delivery.Id.StartsWith("sdk", StringComparison.Ordinal));
        Check.Equal(Note.TypeName, foreign.Type, "the type of a message without CloudEvents attributes");
        Check.True(foreign.Id.Length > 0, "an id from the position", "none");
        Check.Equal("key-1", foreign.Key, "its key");
        if (!binding.StructuredOnly) Check.Equal("1", foreign.Headers.GetValueOrDefault("x-mine"), "its header");
    }

    private static async Task NoDoubleWrapAsync(CaseContext context)
    {
        var plan = context.App();
        if (!context.Profile.Binding.StructuredOnly) plan.Channel("ContentMode", nameof(ContentMode.Structured));
        var app = await plan.StartAsync((delivery, _) => new(delivery.Attempt == 1 ? Settlement.Retry(TimeSpan.Zero) : Settlement.DeadLetter("no-use"))).ConfigureAwait(false);
        var result = await app.PublishAsync("once", "key").ConfigureAwait(false);
        var dead = (await context.RawUntilAsync(plan.DeadLetters, 1, "1 dead letter").ConfigureAwait(false)).Single();
        var original = (await context.RawReadAsync(plan.Address).ConfigureAwait(false)).Single();
        Check.True(original.IsStructured, "a structured event at the broker", original.ContentType);
        Check.Bytes(original.Body, dead.Body, "the dead letter's body");
        Check.Equal(original.ContentType, dead.ContentType, "the dead letter's content type");
        Check.Equal(1, dead.CountOf(dead.ContentTypeName), "content types of the dead letter");
        Check.Equal(result.Id, dead.Id, "the dead letter's id");
        Check.Equal("no-use", dead.Header("ef-reason"), "ef-reason, as a transport header");
    }

    private static async Task UnknownTypeAsync(CaseContext context)
    {
        var keeping = context.App();
        var dropping = context.App().With("OnUnhandled", nameof(UnhandledPolicy.Drop));
        foreach (var plan in new[] { keeping, dropping })
        {
            var app = await plan.StartAsync().ConfigureAwait(false);
            await app.PublishAsync(new Stranger("who"), new PublishOptions { Key = "key" }).ConfigureAwait(false);
            await app.PublishAsync("sentinel", "key").ConfigureAwait(false);
        }

        await context.UntilAsync(() => context.Log.Named("sentinel").Count >= 2, "both sentinels").ConfigureAwait(false);
        var dead = (await context.RawUntilAsync(keeping.DeadLetters, 1, "the event of an unknown type as a dead letter").ConfigureAwait(false)).Single();
        Check.Equal("""{"text":"who"}""", Encoding.UTF8.GetString(dead.Data), "its data");
        Check.True(dead.Header("ef-reason") is { Length: > 0 }, "a reason", "none");
        await context.UntilAsync(() => context.Metrics["dropped", dropping.Subscription] == 1, "1 dropped event in the metrics").ConfigureAwait(false);
        Check.Equal(0, (await context.RawReadAsync(dropping.DeadLetters).ConfigureAwait(false)).Count, "dead letters where the policy is Drop");
        Check.Equal(2, context.Log.Count, "handled events: the sentinels alone");
    }

    private static async Task EvolutionAsync(CaseContext context)
    {
        var plan = context.App().Program(static (builder, _) => builder.AddUpcaster<Slip, Note>(static slip => new Note(slip.Words, slip.Words.Length)));
        await plan.StartAsync().ConfigureAwait(false);
        var alias = new CloudEventParts("alias", Note.Alias, """{"text":"older name","number":3}"""u8.ToArray());
        var older = new CloudEventParts("older", Slip.TypeName, """{"words":"older shape"}"""u8.ToArray());
        await context.RawPublishAsync(plan.Address, RawEvents.Write(context.Profile.Binding, alias)).ConfigureAwait(false);
        await context.RawPublishAsync(plan.Address, RawEvents.Write(context.Profile.Binding, older)).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() == 2, "2 events").ConfigureAwait(false);
        Check.Equal(new Note("older name", 3), context.Log.Of("alias")[0].Data, "the event under its older name");
        Check.Equal(new Note("older shape", 11), context.Log.Of("older")[0].Data, "the event in its older shape");
    }
}
