using System.Diagnostics;
using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Nats;

/// <summary>
/// A group of its own in every window reads a supply from its beginning: from the first record in the handler until the host has stopped, and so until all is
/// settled.
/// </summary>
internal sealed class NatsConsume(Settings settings, NatsSupply supply) : IContender
{
    private string _stream = "";
    private double _closing;

    public string? Note => FormattableString.Invariant($"closing took {_closing:0} ms of the window");

    public async ValueTask StartAsync() => _stream = await NatsRig.Current.SupplyAsync(supply);

    public async ValueTask<long> RunAsync(Window window)
    {
        var draining = new Draining(window, supply.Records);
        var group = $"ours-{Guid.NewGuid():N}";
        var all = settings with { More = new Dictionary<string, string?>(settings.More) { ["Group"] = group } };
        await using (var host = NatsHost.Make(_stream, all, reads: true, builder =>
        {
            builder.Services.AddSingleton(new Handler(draining));
            builder.AddSerializer<ReadingSerializer>()
                .AddEvent<Reading>(FabricHost.Channel, contentType: "application/x-reading")
                .AddHandler<Reading, Handler>(FabricHost.Subscription);
        }))
        {
            await host.StartAsync();
            await draining.WaitAsync();
            _closing = Stopwatch.GetTimestamp();
        }

        _closing = Stopwatch.GetElapsedTime((long)_closing).TotalMilliseconds;
        window.Stop();
        if (await NatsRig.Current.UnsettledAsync(_stream, group) is var left and not 0)
            throw new InvalidOperationException($"{left} of {supply.Records} records are not settled.");
        return supply.Records;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Handler(Draining draining) : IEventHandler<Reading>
    {
        public ValueTask<Settlement> HandleAsync(EventContext<Reading> context, CancellationToken cancellationToken)
        {
            draining.Count();
            return new ValueTask<Settlement>(Settlement.Ack);
        }
    }
}
