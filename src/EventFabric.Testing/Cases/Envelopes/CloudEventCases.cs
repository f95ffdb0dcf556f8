using System.Globalization;
using System.Text;
using System.Text.Json;
using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;
using EventFabric.Testing.Raw;

namespace EventFabric.Testing.Cases.Envelopes;

/// <summary>CloudEvents 1.0 on the wire, in both modes, read and written by hand.</summary>
internal static class CloudEventCases
{
    private static readonly DateTimeOffset Time = new(2026, 3, 4, 5, 6, 7, 125, TimeSpan.Zero);

    internal static IEnumerable<ConformanceCase> All =>
    [
        new("C01 ce_binary_roundtrip", "binary mode: attributes are headers of the binding, the body is the data", context => RoundTripAsync(context, structured: false)),
        new("C02 ce_structured_roundtrip", "structured mode: one JSON event, data that is no JSON as data_base64", context => RoundTripAsync(context, structured: true)),
        new("C03 ce_extensions_typed", "integer, boolean, URI, binary and timestamp extensions arrive in their canonical text", ExtensionsAsync),
    ];

    private static async Task RoundTripAsync(CaseContext context, bool structured)
    {
        var binding = context.Profile.Binding;
        structured |= binding.StructuredOnly;
        var plan = context.App();
        if (!binding.StructuredOnly) plan.Channel("ContentMode", structured ? nameof(ContentMode.Structured) : nameof(ContentMode.Binary));
        var app = await plan.StartAsync().ConfigureAwait(false);
        var options = new PublishOptions
        {
            Id = "id-1",
            Key = "key-1",
            Subject = "subject-1",
            Time = Time,
            Headers = new Dictionary<string, string> { ["extension1"] = "value 1", ["X-Transport"] = "value 2" },
        };
        await app.PublishAsync(new Note("text-1", 1), options).ConfigureAwait(false);
        var bytes = new byte[] { 0, 1, 254, 255 };
        await app.PublishAsync(new Blob(bytes), new PublishOptions { Id = "id-2", Key = "key-2" }).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() == 2, "2 events").ConfigureAwait(false);

        var stored = await context.RawReadAsync(plan.Address).ConfigureAwait(false);
        var note = stored.Single(static raw => raw.Id == "id-1");
        Check.Equal(structured, note.IsStructured, "structured mode at the broker");
        CheckNote(note, plan);
        var blob = stored.Single(static raw => raw.Id == "id-2");
        Check.Bytes(bytes, blob.Data, "the blob's data");
        Check.Equal(Blob.ContentType, structured ? blob.Attribute("datacontenttype") : blob.ContentType, "the blob's content type");
        CheckReceived(context.Log.Of("id-1")[0], Time);

        var time = Time.ToOffset(TimeSpan.FromHours(2));
        var parts = new CloudEventParts("id-3", Note.TypeName, """{"text":"text-1","number":1}"""u8.ToArray())
        {
            Source = plan.Source,
            Key = "key-1",
            Subject = "subject-1",
            Time = time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture),
            Extensions = [("extension1", structured ? "\"value 1\"" : "value 1")],
            Transport = [("X-Transport", "value 2"u8.ToArray())],
        };
        await context.RawPublishAsync(plan.Address, structured ? RawEvents.WriteStructured(binding, parts) : RawEvents.WriteBinary(binding, parts)).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Of("id-3").Count > 0, "the event that was written by hand").ConfigureAwait(false);
        CheckReceived(context.Log.Of("id-3")[0], Time);
    }

    private static void CheckNote(RawEvent note, AppPlan plan)
    {
        Check.Equal("1.0", note.Attribute("specversion"), "specversion");
        Check.Equal(Note.TypeName, note.Type, "type");
        Check.Equal(plan.Source, note.Attribute("source"), "source");
        Check.Equal("subject-1", note.Attribute("subject"), "subject");
        Check.Equal(Time, DateTimeOffset.Parse(note.Attribute("time") ?? string.Empty, CultureInfo.InvariantCulture), "time");
        Check.Equal("value 1", note.Attribute("extension1"), "the extension");
        Check.Equal("value 2", note.Header("X-Transport"), "the transport header");
        Check.Equal("key-1", note.Key, "the record's key");
        using var json = JsonDocument.Parse(note.Data);
        Check.Equal("text-1", json.RootElement.GetProperty("text").GetString(), "the data's text");
        if (note.IsStructured)
        {
            Check.Equal("key-1", note.Attribute("partitionkey"), "the partitionkey extension of a structured event");
            return;
        }

        Check.Equal("application/json", note.ContentType, "the content type");
        Check.Equal("""{"text":"text-1","number":1}""", Encoding.UTF8.GetString(note.Body), "the body");
    }

    private static void CheckReceived(Delivery received, DateTimeOffset time)
    {
        Check.Equal(new Note("text-1", 1), received.Data, "received data");
        Check.Equal(Note.TypeName, received.Type, "received type");
        Check.Equal("subject-1", received.Subject, "received subject");
        Check.Equal("key-1", received.Key, "received key");
        Check.Equal(time, received.Time, "received time");
        Check.Equal("value 1", received.Headers.GetValueOrDefault("extension1"), "received extension");
        Check.Equal("value 2", received.Headers.GetValueOrDefault("X-Transport"), "received transport header");
    }

    private static async Task ExtensionsAsync(CaseContext context)
    {
        (string Name, string Literal, string Text)[] typed =
        [
            ("extint", "-42", "-42"),
            ("extbool", "true", "true"),
            ("exturi", "\"https://example.com/a?b=c#d\"", "https://example.com/a?b=c#d"),
            ("extbinary", "\"AQIDBA==\"", "AQIDBA=="),
            ("exttime", "\"2026-03-04T05:06:07Z\"", "2026-03-04T05:06:07Z"),
        ];
        var binding = context.Profile.Binding;
        var plan = context.App();
        var app = await plan.StartAsync().ConfigureAwait(false);
        var parts = new CloudEventParts("structured", Note.TypeName, """{"text":"t","number":1}"""u8.ToArray())
        {
            Extensions = [.. typed.Select(static extension => (extension.Name, extension.Literal)), ("extnull", "null")],
        };
        await context.RawPublishAsync(plan.Address, RawEvents.WriteStructured(binding, parts)).ConfigureAwait(false);
        if (!binding.StructuredOnly)
        {
            var binary = parts with { Id = "binary", Extensions = [.. typed.Select(static extension => (extension.Name, extension.Text))] };
            await context.RawPublishAsync(plan.Address, RawEvents.WriteBinary(binding, binary)).ConfigureAwait(false);
        }

        var options = new PublishOptions { Headers = typed.ToDictionary(static extension => extension.Name, static extension => extension.Text) };
        var published = await app.PublishAsync(new Note("t", 1), options).ConfigureAwait(false);
        var expected = binding.StructuredOnly ? 2 : 3;
        await context.UntilAsync(() => context.Log.Distinct() == expected, $"{expected} events").ConfigureAwait(false);
        foreach (var delivery in context.Log.All)
        {
            foreach (var (name, _, text) in typed) Check.Equal(text, delivery.Headers.GetValueOrDefault(name), $"extension {name} of {delivery.Id}");
            Check.Equal(typed.Length, delivery.Headers.Count, $"the number of headers of {delivery.Id}");
        }

        var stored = (await context.RawReadAsync(plan.Address).ConfigureAwait(false)).Single(raw => raw.Id == published.Id);
        foreach (var (name, _, text) in typed) Check.Equal(text, stored.Attribute(name), $"extension {name} at the broker");
    }
}
