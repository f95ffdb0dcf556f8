using System.Diagnostics.CodeAnalysis;
using EventFabric.Servers;
using EventFabric.Testing;
using Microsoft.Extensions.DependencyInjection;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;

namespace EventFabric.Nats.Tests.Fixtures;

/// <summary>A real server of the newest version for the conformance suite.</summary>
public class NatsFixture : ConformanceFixture
{
    private RawNats? _raw;

    public override string Adapter => "nats";

    public override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Type"] = "Nats",
        ["Provisioning"] = "Create",
        ["Nats:Url"] = Server.Url,
        ["Nats:SessionTimeout"] = "3s",
        ["Nats:Lease"] = "2s",
    };

    public override IReadOnlyDictionary<string, string?> OtherTopology { get; } = new Dictionary<string, string?> { ["Channels:main:Nats:Partitions"] = "7" };

    protected virtual NatsServer Server => NatsRun.Current.Server;

    private RawNats Raw => _raw ??= new RawNats(Server.Url);

    public override void AddAdapter(IEventFabricBuilder builder) => builder.AddNats();

    public override bool HasNative(EventContext context) => context.TryGetNative<NatsMsg<byte[]>>(out var native) && native.Subject.Length > 0 && !context.TryGetNative<string>(out _);

    public override async Task<bool> RawCreateUnsafeAsync(string address, CancellationToken cancellationToken)
    {
        var config = new StreamConfig(RawNats.StreamOf(address), [.. Enumerable.Range(0, 4).Select(partition => $"{address}.{partition}")]) { Retention = StreamConfigRetention.Interest };
        await Raw.JetStream.CreateStreamAsync(config, cancellationToken);
        return true;
    }

    public override async Task RawPublishAsync(string address, RawRecord record, CancellationToken cancellationToken) => await Raw.WriteAsync(address, record, cancellationToken);

    public override Task<IReadOnlyList<RawRecord>> RawReadAsync(string address, CancellationToken cancellationToken) => Raw.ReadAsync(address, cancellationToken);

    [SuppressMessage("Usage", "CA1816:Dispose methods should call SuppressFinalize", Justification = "No finalizer here or below.")]
    public override async ValueTask DisposeAsync()
    {
        if (_raw is not null)
            await _raw.DisposeAsync();
    }
}
