using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;

namespace EventFabric.Testing.Cases.Basics;

/// <summary>Headers arrive as they were given, and none can pass for one of the library's.</summary>
internal static class HeaderCases
{
    private static readonly string[] Reserved =
    [
        "ce_id", "ce-id", "ce_anything", "ce-anything", "cloudEvents_id", "cloudEvents:id", "ef-reason", "ef-attempts", "ef-anything", "Nats-Msg-Id", "Nats-Anything",
        "id", "source", "type", "specversion", "time", "subject", "datacontenttype", "dataschema", "partitionkey", "traceparent", "tracestate",
    ];

    internal static IEnumerable<ConformanceCase> All =>
    [
        new("A06 weird_headers", "names and values with slashes, quotes, spaces, line ends, control characters, other scripts, one name in two cases, 1,024 bytes", WeirdAsync),
        new("A07 header_injection_rejected", "reserved names are refused and nothing is sent; \"center\" and \"effective\" pass", ReservedAsync),
    ];

    private static async Task WeirdAsync(CaseContext context)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["extension1"] = "plain",
            ["emptyvalue"] = string.Empty,
            ["a/b//c"] = "/a/../b//",
            ["back\\slash"] = "c:\\d\\",
            ["with space"] = "  two on each side  ",
            ["quote\"'`"] = "\"double\" 'single' `back`",
            ["~!@#$%^&*()_+-=[]{}|;:,.<>?"] = "~!@#$%^&*()_+`-=[]{}\\|;':\",/.<>?",
            ["percent%41"] = "%41%0A%",
            ["ключ-鍵-☃"] = "значение 値 ☃ 😀",
            ["Line-End"] = "one\r\ntwo\nthree\r",
            ["Control"] = string.Concat(Enumerable.Range(1, 31).Select(static code => (char)code)) + "\u007f",
            ["Same-Name"] = "first",
            ["same-name"] = "second",
            ["Long-" + new string('n', 123)] = new string('v', 1024),
        };
        var plan = context.App();
        var app = await plan.StartAsync().ConfigureAwait(false);
        await app.PublishAsync(new Note("weird", 0), new PublishOptions { Headers = headers, Subject = "a\r\nb\u0001 \"☃\"" }).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Count > 0, "1 event").ConfigureAwait(false);
        var received = context.Log.All[0];
        foreach (var (name, value) in headers) Check.Equal(value, received.Headers.GetValueOrDefault(name), $"header \"{name}\"");
        Check.Equal(headers.Count, received.Headers.Count, "the number of headers");
        Check.Equal("a\r\nb\u0001 \"☃\"", received.Subject, "the subject");
    }

    private static async Task ReservedAsync(CaseContext context)
    {
        var plan = context.App();
        var app = await plan.StartAsync().ConfigureAwait(false);
        foreach (var name in Reserved)
        {
            var options = new PublishOptions { Headers = new Dictionary<string, string> { [name] = "forged" } };
            var refused = await Check.ThrowsAsync<ArgumentException>(() => app.PublishAsync(new Note("forged", 0), options), $"publishing with header \"{name}\"")
                .ConfigureAwait(false);
            Check.True(refused.Message.Contains(name, StringComparison.Ordinal), $"a refusal that names \"{name}\"", refused.Message);
        }

        var allowed = new Dictionary<string, string> { ["center"] = "1", ["effective"] = "2" };
        await app.PublishAsync(new Note("allowed", 0), new PublishOptions { Headers = allowed }).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Count > 0, "the event that may pass").ConfigureAwait(false);
        Check.Equal("1", context.Log.All[0].Headers.GetValueOrDefault("center"), "header \"center\"");
        Check.Equal("2", context.Log.All[0].Headers.GetValueOrDefault("effective"), "header \"effective\"");
        Check.Equal(1, (await context.RawReadAsync(plan.Address).ConfigureAwait(false)).Count, "events at the broker, the refused ones not among them");
    }
}
