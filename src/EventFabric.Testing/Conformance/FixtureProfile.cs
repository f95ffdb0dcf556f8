using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using EventFabric.Drivers;
using Microsoft.Extensions.Options;

namespace EventFabric.Testing.Conformance;

/// <summary>What an adapter says of itself on a fixture: capabilities with and without order per key, traits. Asked once a fixture, by a host that starts and publishes.</summary>
internal sealed class FixtureProfile
{
    private static readonly ConditionalWeakTable<ConformanceFixture, FixtureProfile> Known = [];

    private readonly ImmutableArray<CapabilityCell> _keyed;
    private readonly ImmutableArray<CapabilityCell> _used;

    private FixtureProfile(OrderingMode ordering, ImmutableArray<CapabilityCell> keyed, ImmutableArray<CapabilityCell> used, SendTraits send, ReceiveTraits receive)
    {
        Ordering = ordering;
        _keyed = keyed;
        _used = used;
        Send = send;
        Receive = receive;
    }

    /// <summary>PerKey where the adapter has it, else None: what the cases' subscriptions say.</summary>
    internal OrderingMode Ordering { get; }

    /// <summary>Whether what is behind an event of the same key comes after it: the sentinel of many cases.</summary>
    internal bool IsOrdered => Ordering == OrderingMode.PerKey;

    internal SendTraits Send { get; }

    internal ReceiveTraits Receive { get; }

    internal CloudEventsBinding Binding => Send.Binding;

    internal bool IsLog => Receive.Ack == AckMode.Cumulative;

    /// <summary>What the adapter says of a capability, for the plan that uses it.</summary>
    internal Support SupportOf(Capability capability)
    {
        // Keys beside each other are a promise about order: where there is none, it promises nothing.
        if (capability == Capability.KeyConcurrency && SupportOf(Capability.OrderingKey) == Support.Unsupported) return Support.Unsupported;
        var cells = capability is Capability.OrderingKey or Capability.KeyConcurrency ? _keyed : _used;
        foreach (var cell in cells)
        {
            if (cell.Capability == capability) return cell.Support;
        }

        return Support.Unsupported;
    }

    /// <summary>Takes a profile over from a fixture of the same broker, so that it is not asked again.</summary>
    internal static void Adopt(ConformanceFixture fixture, FixtureProfile profile) => Known.AddOrUpdate(fixture, profile);

    internal static async Task<FixtureProfile> GetAsync(ConformanceFixture fixture, CancellationToken cancellationToken)
    {
        if (Known.TryGetValue(fixture, out var known)) return known;
        var profile = await ProbeAsync(fixture, OrderingMode.PerKey, default, cancellationToken).ConfigureAwait(false);
        Known.AddOrUpdate(fixture, profile);
        return profile;
    }

    private static async Task<FixtureProfile> ProbeAsync(
        ConformanceFixture fixture,
        OrderingMode ordering,
        ImmutableArray<CapabilityCell> keyed,
        CancellationToken cancellationToken)
    {
        var context = new CaseContext(fixture, "P00 probe", null, 0, cancellationToken);
        await using (context.ConfigureAwait(false))
        {
            try
            {
                var app = await context.App().With("Ordering", ordering.ToString()).StartAsync().ConfigureAwait(false);
                await app.PublishAsync("probe", ordering == OrderingMode.PerKey ? "probe" : null).ConfigureAwait(false);
                await context.UntilAsync(() => context.Log.Count > 0 && context.Spy.ReceiveTraits is not null, "the probe's event to be handled").ConfigureAwait(false);
            }
            catch (OptionsValidationException refused) when (ordering == OrderingMode.PerKey)
            {
                if (context.Spy.ResolvedFor(OrderingMode.PerKey) is not { } cells) throw Unusable(context, refused);
                return await ProbeAsync(fixture, OrderingMode.None, cells, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                throw Unusable(context, failed);
            }

            var used = context.Spy.ResolvedFor(ordering) ?? throw new ConformanceException("The engine never asked the driver what it can do.");
            return new FixtureProfile(ordering, ordering == OrderingMode.PerKey ? used : keyed, used, context.Spy.SendTraits!, context.Spy.ReceiveTraits!);
        }
    }

    private static ConformanceException Unusable(CaseContext context, Exception failed) =>
        new($"The fixture cannot publish and receive one event: {failed.Message}{context.Describe()}", failed);
}
