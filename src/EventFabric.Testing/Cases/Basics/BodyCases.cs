using EventFabric.Drivers;
using EventFabric.Testing.Conformance;
using EventFabric.Testing.Payloads;
using EventFabric.Testing.Raw;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Testing.Cases.Basics;

/// <summary>Bodies are bytes, and nothing is done to them.</summary>
internal static class BodyCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("A04 empty_body_and_null_body_tombstone", "an empty body stays empty; a key without a body is a Tombstone, which is not the same", EmptyAsync)
        {
            Needs = Capability.Tombstone,
            Refusal = TombstoneRefusedAsync,
        },
        new("A05 non_utf8_body", "all byte values survive", BytesAsync),
        new("A08 max_size_ok_and_oversize_typed_error", "the largest event passes, one byte more is TooLarge and nothing is sent", SizeAsync),
    ];

    private static async Task EmptyAsync(CaseContext context)
    {
        var plan = context.App();
        plan.Program((builder, app) => builder.AddHandler<Tombstone>(plan.Subscription, app.HandleAsync));
        var app = await plan.StartAsync().ConfigureAwait(false);
        var empty = await app.PublishAsync(new Blob([]), new PublishOptions { Key = "empty" }).ConfigureAwait(false);
        var gone = await app.PublishAsync(new Tombstone("gone"), new PublishOptions { Channel = AppPlan.Main }).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Distinct() == 2, "2 events").ConfigureAwait(false);
        Check.Equal(0, Check.Of<Blob>(context.Log.Of(empty.Id)[0].Data, "an empty body").Bytes.Length, "the empty body's length");
        Check.Equal(new Tombstone("gone"), context.Log.Of(gone.Id)[0].Data, "the event without a body");
        Check.Equal("gone", context.Log.Of(gone.Id)[0].Key, "the tombstone's key");
        if (context.Profile.SupportOf(Capability.Tombstone) != Support.Native) return;

        var stored = await context.RawReadAsync(plan.Address).ConfigureAwait(false);
        Check.True(stored.Single(raw => raw.Key == "empty").Record.Body is { Length: 0 }, "an empty body at the broker", "none or more");
        Check.True(stored.Single(raw => raw.Key == "gone").Record.Body is null, "no body at the broker", "one");
        var parts = new CloudEventParts("by-hand", "somebody.elses.type", null) { Key = "gone-too", ContentType = null };
        await context.RawPublishAsync(plan.Address, RawEvents.WriteBinary(context.Profile.Binding, parts)).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Of("by-hand").Count > 0, "the null body that another client wrote").ConfigureAwait(false);
        Check.Equal(new Tombstone("gone-too"), context.Log.Of("by-hand")[0].Data, "a key and no body, whatever its type says");
    }

    private static async Task TombstoneRefusedAsync(CaseContext context)
    {
        var plan = context.App();
        var app = await plan.StartAsync().ConfigureAwait(false);
        var options = new PublishOptions { Channel = AppPlan.Main };
        await Check.ThrowsAsync<NotSupportedException>(() => app.PublishAsync(new Tombstone("gone"), options), "publishing a tombstone").ConfigureAwait(false);
    }

    private static async Task BytesAsync(CaseContext context)
    {
        var plan = context.App();
        var app = await plan.StartAsync().ConfigureAwait(false);
        var bytes = Enumerable.Range(0, 1024).Select(static index => (byte)index).ToArray();
        var result = await app.PublishAsync(new Blob(bytes), new PublishOptions { Key = "bytes" }).ConfigureAwait(false);
        await context.UntilAsync(() => context.Log.Count > 0, "1 event").ConfigureAwait(false);
        Check.Bytes(bytes, Check.Of<Blob>(context.Log.Of(result.Id)[0].Data, "the event").Bytes, "the received bytes");
        var stored = await context.RawReadAsync(plan.Address).ConfigureAwait(false);
        Check.Bytes(bytes, stored.Single().Data, "the data at the broker");
    }

    private static async Task SizeAsync(CaseContext context)
    {
        const int ByDefault = 253_952;
        var plan = context.App();
        var app = await plan.StartAsync().ConfigureAwait(false);
        var accepted = new List<(string Id, int Size)>();
        var options = new PublishOptions { Time = DateTimeOffset.UnixEpoch.AddDays(1) };

        async Task<bool> FitsAsync(int size)
        {
            try
            {
                accepted.Add(((await app.PublishAsync(new Blob(new byte[size]), options).ConfigureAwait(false)).Id, size));
                return true;
            }
            catch (PublishException refused)
            {
                Check.Equal(EventFabricErrorKind.TooLarge, refused.Kind, $"the kind of the refusal of {size} bytes");
                return false;
            }
        }

        var (fits, tooLarge) = (ByDefault / 3, ByDefault + 1);
        Check.True(await FitsAsync(fits).ConfigureAwait(false), $"{fits} bytes to be accepted", "TooLarge");
        Check.True(!await FitsAsync(tooLarge).ConfigureAwait(false), $"{tooLarge} bytes to be refused", "accepted");
        while (tooLarge - fits > 1)
        {
            var middle = (fits + tooLarge) / 2;
            if (await FitsAsync(middle).ConfigureAwait(false)) fits = middle;
            else tooLarge = middle;
        }

        var isRoomy = context.Profile.Send.MaxRecordBytes >= ByDefault + 8192 && !context.Profile.Binding.StructuredOnly;
        Check.True(!isRoomy || fits > ByDefault - 1024, $"the limit to be {ByDefault} bytes with the headers", $"{fits} bytes without");
        await context.UntilAsync(() => context.Log.Distinct() >= accepted.Count, $"the {accepted.Count} accepted events").ConfigureAwait(false);
        foreach (var (id, size) in accepted) Check.Equal(size, Check.Of<Blob>(context.Log.Of(id)[0].Data, "an event").Bytes.Length, "an accepted event's length");
        Check.Equal(accepted.Count, (await context.RawReadAsync(plan.Address).ConfigureAwait(false)).Count, "events at the broker, the refused ones not among them");
    }
}
