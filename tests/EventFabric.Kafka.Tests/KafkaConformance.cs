using EventFabric.Kafka.Tests.Fixtures;
using EventFabric.Testing;
using Xunit;

namespace EventFabric.Kafka.Tests;

/// <summary>The conformance suite on a real broker, a class for each few groups so that they run beside each other.</summary>
public abstract class KafkaConformance(KafkaFixture fixture)
{
    protected static TheoryData<string> Groups(string letters) =>
        [.. ConformanceSuite.Cases.Where(name => letters.Contains(name[0], StringComparison.Ordinal))];

    protected Task RunAsync(string name)
    {
        // Where there is no server the test is skipped here: inside the suite that would be a fixture that fails.
        _ = fixture.Settings;
        return ConformanceSuite.RunAsync(name, fixture, TestContext.Current.CancellationToken);
    }
}

public sealed class KafkaBasicsConformance(KafkaFixture fixture) : KafkaConformance(fixture), IClassFixture<KafkaFixture>
{
    public static TheoryData<string> Cases { get; } = Groups("A");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => RunAsync(name);
}

public sealed class KafkaEnvelopeConformance(KafkaFixture fixture) : KafkaConformance(fixture), IClassFixture<KafkaFixture>
{
    public static TheoryData<string> Cases { get; } = Groups("BE");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => RunAsync(name);
}

public sealed class KafkaDeliveryConformance(KafkaFixture fixture) : KafkaConformance(fixture), IClassFixture<KafkaFixture>
{
    public static TheoryData<string> Cases { get; } = Groups("CD");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => RunAsync(name);
}

public sealed class KafkaFailureConformance(KafkaFixture fixture) : KafkaConformance(fixture), IClassFixture<KafkaFixture>
{
    public static TheoryData<string> Cases { get; } = Groups("GHIJ");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => RunAsync(name);
}

public sealed class KafkaGroupConformance(KafkaFixture fixture) : KafkaConformance(fixture), IClassFixture<KafkaFixture>
{
    public static TheoryData<string> Cases { get; } = Groups("FK");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Case(string name) => RunAsync(name);
}
