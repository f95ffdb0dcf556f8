using EventFabric.Nats.Tests.Fixtures;
using Xunit;

namespace EventFabric.Nats.Tests;

public sealed class NatsOlderBasicsConformance(NatsOlderFixture fixture) : NatsConformance(fixture), IClassFixture<NatsOlderFixture>
{
    public static TheoryData<string> Cases { get; } = Groups("A");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => RunAsync(name);
}

public sealed class NatsOlderEnvelopeConformance(NatsOlderFixture fixture) : NatsConformance(fixture), IClassFixture<NatsOlderFixture>
{
    public static TheoryData<string> Cases { get; } = Groups("BE");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => RunAsync(name);
}

public sealed class NatsOlderDeliveryConformance(NatsOlderFixture fixture) : NatsConformance(fixture), IClassFixture<NatsOlderFixture>
{
    public static TheoryData<string> Cases { get; } = Groups("CD");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => RunAsync(name);
}

public sealed class NatsOlderFailureConformance(NatsOlderFixture fixture) : NatsConformance(fixture), IClassFixture<NatsOlderFixture>
{
    public static TheoryData<string> Cases { get; } = Groups("GHIJ");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => RunAsync(name);
}

public sealed class NatsOlderGroupConformance(NatsOlderFixture fixture) : NatsConformance(fixture), IClassFixture<NatsOlderFixture>
{
    public static TheoryData<string> Cases { get; } = Groups("FK");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => RunAsync(name);
}
