using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;
using EventFabric.Testing.Raw;

namespace EventFabric.Testing.Cases.Envelopes;

/// <summary>What cannot be read is dead-lettered byte for byte, and the next event of its key goes on.</summary>
internal static class PoisonCases
{
    private static readonly byte[] Body = """{"text":"poison","number":1}"""u8.ToArray();

    internal static IEnumerable<ConformanceCase> All =>
    [
        new("C07 poison_bytes_to_dlq", "a body that cannot be decoded is dead-lettered byte for byte, the next event is handled", BytesAsync),
        new("C08 poison_headers_to_dlq", "an event without type or id, of an unknown specversion, or without attributes likewise", HeadersAsync),
    ];

    private static Task BytesAsync(CaseContext context)
    {
        var binding = context.Profile.Binding;
        var good = new CloudEventParts("poison", Note.TypeName, Body) { Key = "key" };
        var records = new List<RawRecord>();
        if (!binding.StructuredOnly)
        {
            records.Add(RawEvents.WriteBinary(binding, good with { Id = "cut", Data = Body[..9] }));
            records.Add(RawEvents.WriteBinary(binding, good with { Id = "bytes", Data = [0xFF, 0xFE, 0, 1, 2] }));
            records.Add(RawEvents.WriteBinary(binding, good with { Id = "empty", Data = [] }));
            records.Add(RawEvents.WriteBinary(binding, good with { Id = "content-type", ContentType = "application/x-unheard-of" }));
        }

        records.Add(RawEvents.WriteStructured(binding, good with { Id = "shape", Data = """{"text":{"not":"a text"}}"""u8.ToArray() }));
        return DeadLetterAllAsync(context, records);
    }

    private static Task HeadersAsync(CaseContext context)
    {
        var binding = context.Profile.Binding;
        var good = new CloudEventParts("poison", Note.TypeName, Body) { Key = "key", Transport = [("x-mine", [0, 255, 10])] };
        var structured = RawEvents.WriteStructured(binding, good);
        List<RawRecord> records = [structured with { Body = structured.Body![..^2] }, structured with { Body = """{"specversion":"1.0","id":"no-type","source":"/s"}"""u8.ToArray() }];
        if (!binding.StructuredOnly)
        {
            var binary = RawEvents.WriteBinary(binding, good);
            records.Add(Without(binary, binding.Prefix + "type"));
            records.Add(Without(binary, binding.Prefix + "id"));
            records.Add(Without(binary, binding.Prefix + "specversion"));
            records.Add(With(binary, binding.Prefix + "specversion", "9.9"));
            records.Add(binary with { Headers = [] });
        }

        return DeadLetterAllAsync(context, records);
    }

    private static async Task DeadLetterAllAsync(CaseContext context, List<RawRecord> records)
    {
        var plan = context.App();
        var app = await plan.StartAsync().ConfigureAwait(false);
        for (var index = 0; index < records.Count; index++)
        {
            await context.RawPublishAsync(plan.Address, records[index]).ConfigureAwait(false);
            await app.PublishAsync("next", "key", index).ConfigureAwait(false);
        }

        await context.UntilAsync(() => context.Log.Distinct() >= records.Count, "the next event after each that cannot be read").ConfigureAwait(false);
        var dead = await context.RawUntilAsync(plan.DeadLetters, records.Count, $"{records.Count} dead letters").ConfigureAwait(false);
        DeadLetters.CheckAll(records, [.. dead.Select(static raw => raw.Record)]);
        foreach (var raw in dead)
        {
            Check.True(raw.Header("ef-reason") is { Length: > 0 }, "a reason", "none");
            Check.True(raw.Header("ef-description") is { Length: > 0 }, "a description of what cannot be read", "none");
        }

        Check.True(!context.Log.Any(static delivery => delivery.Text != "next"), "handlers to see only what can be read", "more");
    }

    private static RawRecord Without(RawRecord record, string header) => record with { Headers = [.. record.Headers.Where(known => known.Key != header)] };

    private static RawRecord With(RawRecord record, string header, string value) =>
        record with { Headers = [.. record.Headers.Select(known => known.Key == header ? new(header, System.Text.Encoding.UTF8.GetBytes(value)) : known)] };
}
