using System.Diagnostics;
using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventFabric.Performance.Kafka;

/// <summary>B24: a member with thousands of records in flight gives half its partitions to one that joins. One event is one revocation, its latency how long it took.</summary>
internal sealed class KafkaRevoke(Settings settings, KafkaSupply supply) : IContender
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string _topic = "";

    public string? Note { get; private set; }

    public async ValueTask StartAsync() => _topic = await KafkaRig.Current.SupplyAsync(supply);

    public async ValueTask<long> RunAsync(Window window)
    {
        var seen = new Duplicates(supply.Records);
        var times = new RevokeTimes();
        var group = $"revoke-{Guid.NewGuid():N}";
        await using var first = Make(group, seen, times);
        await first.StartAsync();
        await UntilAsync(() => seen.Handled > supply.Records / 10, "the first member handles");
        await using (var second = Make(group, seen, new RevokeTimes()))
        {
            await second.StartAsync();
            var milliseconds = 0.0;
            await UntilAsync(() => times.TryTake(out milliseconds), "the first member gives partitions up");
            window.Latencies.Record((long)(milliseconds * Stopwatch.Frequency / 1000), 1);
            await UntilAsync(() => seen.Distinct == supply.Records, "all is handled");
            Note = FormattableString.Invariant($"given up in {milliseconds:0} ms, {seen.Count} duplicates");
        }

        return 1;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var began = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(1))
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"Not seen within {Patience.TotalSeconds} s: {what}.");
        }
    }

    private FabricHost Make(string group, Duplicates seen, RevokeTimes times)
    {
        var all = settings with { More = new Dictionary<string, string?>(settings.More) { ["Group"] = group } };
        return KafkaHost.Make(_topic, all, reads: true, builder =>
        {
            builder.Services.AddLogging(logging => logging.AddProvider(times)).AddSingleton(new Handler(seen));
            builder.AddSerializer<ReadingSerializer>()
                .AddEvent<Reading>(FabricHost.Channel, contentType: "application/x-reading")
                .AddHandler<Reading, Handler>(FabricHost.Subscription);
        });
    }

    private sealed class Handler(Duplicates seen) : IEventHandler<Reading>
    {
        public async ValueTask<Settlement> HandleAsync(EventContext<Reading> context, CancellationToken cancellationToken)
        {
            await Task.Delay((int)(context.Data.Sequence % 6), cancellationToken);
            seen.Add(context.Data.Sequence);
            return Settlement.Ack;
        }
    }
}
