using EventFabric.Servers;

namespace EventFabric.Nats.Tests.Fixtures;

/// <summary>A real server of an older version, which has no partition owners: subscriptions are not ordered there, and share a consumer.</summary>
public sealed class NatsOlderFixture : NatsFixture
{
    public override string Adapter => "nats-2.9";

    protected override NatsServer Server => NatsRun.Current.Older;
}
