using EventFabric.Testing.Conformance;

namespace EventFabric.Testing.Cases.Basics;

/// <summary>Events go where they were sent, and nowhere else.</summary>
internal static class AddressCases
{
    internal static IEnumerable<ConformanceCase> All =>
    [
        new("A09 unknown_destination_error", "an address that does not exist is NotFound under Provisioning Assume, never silent success", UnknownAsync),
        new("A10 isolation_between_channels", "20 channels on one broker: each subscription receives its own channel's events and no other's", IsolationAsync),
    ];

    private static async Task UnknownAsync(CaseContext context)
    {
        var plan = context.App().Root("Brokers:default:Provisioning", nameof(Provisioning.Assume)).Root("PublishTimeout", "2s");
        var app = await plan.StartPublisherAsync().ConfigureAwait(false);
        var refused = await Check.ThrowsAsync<PublishException>(() => app.PublishAsync("lost"), "publishing to an address that does not exist").ConfigureAwait(false);
        Check.Equal(EventFabricErrorKind.NotFound, refused.Kind, "the kind of the refusal");
        Check.Equal(EventFabricErrorKind.NotFound, refused.Results.Single().Error?.Kind, "the kind in the result");
    }

    private static async Task IsolationAsync(CaseContext context)
    {
        var plan = context.App();
        var owners = new Dictionary<string, string>();
        for (var index = 0; index < 20; index++)
        {
            var channel = plan.AddChannel($"c{index}");
            owners[plan.AddSubscription(channel)] = channel;
        }

        var app = await plan.StartAsync().ConfigureAwait(false);
        foreach (var channel in owners.Values)
        {
            for (var index = 0; index < 3; index++) await app.PublishAsync(channel, $"k{index}", index, channel).ConfigureAwait(false);
        }

        await context.UntilAsync(() => context.Log.Distinct() >= 60, "60 events").ConfigureAwait(false);
        foreach (var delivery in context.Log.All) Check.Equal(owners.GetValueOrDefault(delivery.Subscription), delivery.Text, $"the channel of an event that {delivery.Subscription} received");
    }
}
