using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using EventFabric.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Kafka.Tests.Fixtures;

/// <summary>A real broker for the conformance suite.</summary>
public sealed class KafkaFixture : ConformanceFixture
{
    private RawKafka? _raw;

    public override string Adapter => "kafka";

    public override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Type"] = "Kafka",
        ["Provisioning"] = "Create",
        ["Kafka:BootstrapServers"] = KafkaRun.Current.Server.BootstrapServers,
        ["Kafka:SessionTimeout"] = "6s",
    };

    public override IReadOnlyDictionary<string, string?> OtherTopology { get; } = new Dictionary<string, string?> { ["Channels:main:Kafka:Partitions"] = "7" };

    private RawKafka Raw => _raw ??= new RawKafka(KafkaRun.Current.Server.BootstrapServers);

    public override void AddAdapter(IEventFabricBuilder builder) => builder.AddKafka();

    public override bool HasNative(EventContext context) =>
        context.TryGetNative<ConsumeResult<byte[], byte[]>>(out var native) && native.Offset >= 0 && !context.TryGetNative<string>(out _);

    public override async Task<bool> RawCreateUnsafeAsync(string address, CancellationToken cancellationToken)
    {
        await Raw.CreateAsync(address, new() { ["unclean.leader.election.enable"] = "true" });
        return true;
    }

    public override Task RawPublishAsync(string address, RawRecord record, CancellationToken cancellationToken) => Raw.WriteAsync(address, record, cancellationToken);

    public override Task<IReadOnlyList<RawRecord>> RawReadAsync(string address, CancellationToken cancellationToken) => Task.Run<IReadOnlyList<RawRecord>>(
        () => [.. Raw.Read(address).Select(static read => new RawRecord(read.Message.Key, read.Message.Value, [.. Headers(read.Message.Headers)]))],
        cancellationToken);

    [SuppressMessage("Usage", "CA1816:Dispose methods should call SuppressFinalize", Justification = "No finalizer here or below.")]
    public override ValueTask DisposeAsync()
    {
        _raw?.Dispose();
        return default;
    }

    private static IEnumerable<KeyValuePair<string, byte[]>> Headers(Headers headers) =>
        headers.Select(static header => KeyValuePair.Create(header.Key, header.GetValueBytes()));
}
