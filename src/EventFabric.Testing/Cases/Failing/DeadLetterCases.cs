using System.Globalization;
using System.Text;
using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;
using EventFabric.Testing.Raw;

namespace EventFabric.Testing.Cases.Failing;

/// <summary>Dead letters are the original and say why.</summary>
internal static class DeadLetterCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("G05 dlq_header_fidelity", "original headers, attributes, body and key byte for byte; reason, description, origin, attempts, time, subscription and group beside them", FidelityAsync),
        new("G16 dlq_missing_fails_startup", "a dead-letter address that does not exist fails the start under Provisioning Validate", MissingAsync),
    ];

    private static async Task FidelityAsync(CaseContext context)
    {
        var binding = context.Profile.Binding;
        var plan = context.App();
        var description = new string('d', 1500);
        var app = await plan.StartAsync((delivery, _) =>
            new(delivery is { Attempt: 1, Data: Note } ? Settlement.Retry(TimeSpan.Zero) : Settlement.DeadLetter("no-use", description))).ConfigureAwait(false);
        var headers = new Dictionary<string, string> { ["extension1"] = "1", ["X-Mine"] = "☃\r\n", ["x-mine"] = "other case" };
        await app.PublishAsync(new Note("published", 1), new PublishOptions { Key = "key-1", Subject = "s", Headers = headers }).ConfigureAwait(false);
        var byHand = new CloudEventParts("by-hand", Note.TypeName, """{ "text":"by hand",  "number":2 }"""u8.ToArray())
        {
            Key = "key-2",
            Time = "2026-03-04T05:06:07.5+01:00",
            Extensions = [("extension2", "2")],
            Transport = [("x-twice", "1"u8.ToArray()), ("x-bytes", [0, 255, 128]), ("x-twice", "2"u8.ToArray()), ("x-empty", [])],
        };
        await context.RawPublishAsync(plan.Address, RawEvents.Write(binding, byHand)).ConfigureAwait(false);
        var large = await app.PublishAsync(new Blob(new byte[(int)Math.Min(252_000, context.Profile.Send.MaxRecordBytes / 2)]), new PublishOptions { Key = "key-3" }).ConfigureAwait(false);

        var dead = await context.RawUntilAsync(plan.DeadLetters, 3, "3 dead letters").ConfigureAwait(false);
        var originals = await context.RawReadAsync(plan.Address).ConfigureAwait(false);
        foreach (var original in originals)
        {
            var copy = dead.Single(raw => raw.Id == original.Id);
            DeadLetters.CheckSame(original.Record, copy.Record);
            CheckOwnHeaders(context, plan, copy, description);
        }

        Check.True(dead.Any(raw => raw.Id == large.Id), "the largest event among the dead letters", "none");
    }

    private static void CheckOwnHeaders(CaseContext context, AppPlan plan, RawEvent dead, string description)
    {
        var delivery = context.Log.Of(dead.Id!)[0];
        Check.Equal("no-use", dead.Header("ef-reason"), "ef-reason");
        var told = dead.Header("ef-description") ?? string.Empty;
        Check.True(told.Length > 0 && Encoding.UTF8.GetByteCount(told) <= 1024 && description.StartsWith(told, StringComparison.Ordinal), "ef-description, cut at 1,024 bytes", told);
        Check.Equal($"{context.Log.Of(dead.Id!).Count}", dead.Header("ef-attempts"), "ef-attempts");
        Check.Equal(delivery.Position.ToString(), dead.Header("ef-origin"), "ef-origin");
        Check.Equal(plan.Subscription, dead.Header("ef-subscription"), "ef-subscription");
        Check.Equal(plan.Group, dead.Header("ef-group"), "ef-group");
        Check.True(
            DateTimeOffset.TryParse(dead.Header("ef-failed-at"), CultureInfo.InvariantCulture, out var at) && (at - context.Now).Duration() < TimeSpan.FromMinutes(1),
            "ef-failed-at to be now",
            dead.Header("ef-failed-at"));
        foreach (var name in new[] { "ef-reason", "ef-description", "ef-attempts", "ef-failed-at", "ef-origin", "ef-subscription", "ef-group" })
            Check.Equal(1, dead.CountOf(name), $"headers named {name}");
    }

    private static async Task MissingAsync(CaseContext context)
    {
        var plan = context.App();
        await (await plan.StartPublisherAsync().ConfigureAwait(false)).StopAsync().ConfigureAwait(false);
        plan.Root("Brokers:default:Provisioning", nameof(Provisioning.Validate));
        try
        {
            await plan.StartAsync().ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is not ConformanceException and not OperationCanceledException)
        {
            Check.True(refused.ToString().Contains(plan.DeadLetters, StringComparison.Ordinal), $"a refusal that names {plan.DeadLetters}", refused.Message);
            return;
        }

        throw Check.Failed("starting without a dead-letter address", "a refusal", "it started");
    }
}
