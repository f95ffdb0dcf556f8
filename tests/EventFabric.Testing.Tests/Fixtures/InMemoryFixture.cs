using System.Diagnostics.CodeAnalysis;
using EventFabric.Testing.Spying;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EventFabric.Testing.Tests.Fixtures;

/// <summary>The in-memory broker in one profile, on a clock that only the cases move. Its raw client is the store itself.</summary>
public abstract class InMemoryFixture(InMemoryProfile profile, bool holes = false) : ConformanceFixture
{
    private readonly InMemoryBroker _broker = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    internal InMemoryProfile Profile => profile;

    public override string Adapter => $"in-memory-{profile.ToString().ToLowerInvariant()}";

    public override IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Type"] = "InMemory",
        ["InMemory:Profile"] = profile.ToString(),
        ["InMemory:Lease"] = "10s",
        ["InMemory:Holes"] = holes ? "true" : "false",
    };

    public override IReadOnlyDictionary<string, string?> OtherTopology { get; } = profile == InMemoryProfile.Log
        ? new Dictionary<string, string?> { ["Brokers:default:InMemory:Partitions"] = "5" }
        : new Dictionary<string, string?> { ["Brokers:default:InMemory:Lease"] = "11s" };

    public override TimeProvider Time => _time;

    public override void AddAdapter(IEventFabricBuilder builder) => builder.AddInMemory(_broker);

    /// <summary>Moves the clock, and lets the work that came due get its turn on the pool before the next step.</summary>
    public override async Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken)
    {
        _time.Advance(by);
        for (var turn = 0; turn < 4; turn++) await PoolTurn.WaitAsync();
    }

    public override bool HasNative(EventContext context) => context.TryGetNative<InMemoryRecord>(out _) && !context.TryGetNative<string>(out _);

    public override Task RawPublishAsync(string address, RawRecord record, CancellationToken cancellationToken)
    {
        _broker.Append(address, new InMemoryRecord(record.Key, record.Body, record.Headers));
        return Task.CompletedTask;
    }

    /// <summary>A queue reads one partition: this one has four. Nothing is unsafe for a log.</summary>
    public override Task<bool> RawCreateUnsafeAsync(string address, CancellationToken cancellationToken)
    {
        if (profile == InMemoryProfile.Queue) _broker.Create(address, 4);
        return Task.FromResult(profile == InMemoryProfile.Queue);
    }

    public override Task<IReadOnlyList<RawRecord>> RawReadAsync(string address, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RawRecord>>([.. _broker.Read(address).Select(static record => new RawRecord(record.Key, record.Body, record.Headers))]);

    [SuppressMessage("Usage", "CA1816:Dispose methods should call SuppressFinalize", Justification = "No finalizer here or below.")]
    public override ValueTask DisposeAsync() => default;
}

public sealed class InMemoryLogFixture() : InMemoryFixture(InMemoryProfile.Log);

/// <summary>A log whose positions have holes between them, as transactions and compaction leave them on Kafka.</summary>
public sealed class InMemoryHolesFixture() : InMemoryFixture(InMemoryProfile.Log, holes: true);

public sealed class InMemoryQueueFixture() : InMemoryFixture(InMemoryProfile.Queue);

/// <summary>A queue that keeps no order per key, and says so.</summary>
public sealed class InMemoryUnorderedFixture() : InMemoryFixture(InMemoryProfile.Queue)
{
    public override void AddAdapter(IEventFabricBuilder builder)
    {
        base.AddAdapter(builder);
        DriverDecoration.Wrap(builder.Services, static driver => new UnorderedDriver(driver));
    }
}
