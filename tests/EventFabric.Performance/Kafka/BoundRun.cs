using System.Diagnostics;
using EventFabric.Performance.Contenders;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Performance.Kafka;

/// <summary>
/// B12: events with handlers that take 0 to 5 ms. The peer is what arithmetic allows: the larger of the sum of all measured handler times divided by the
/// concurrency, and the largest sum of one key. Its latency is the bound.
/// </summary>
internal sealed class BoundRun(string variant, Settings settings, KafkaSupply supply, int concurrency) : IMeasurement
{
    public string Variant => variant;

    public string Peer => "arithmetic bound";

    public async Task<Row> RunAsync(string scenario, TimeSpan window, int rounds, Action<string> progress)
    {
        var topic = await KafkaRig.Current.SupplyAsync(supply);
        progress("warm-up");
        var few = supply with { Records = 2000, Keys = Math.Max(100, supply.Keys) };
        await RunOnceAsync(await KafkaRig.Current.SupplyAsync(few), few);
        List<(Sample Ours, double Bound)> runs = [];
        for (var round = 0; round < rounds; round++)
        {
            progress($"round {round + 1} of {rounds}");
            runs.Add(await RunOnceAsync(topic, supply));
        }

        var median = runs.OrderBy(static run => run.Ours.Seconds / run.Bound).ElementAt(runs.Count / 2);
        var ratios = runs.Select(static run => run.Bound / run.Ours.Seconds).ToList();
        var note = FormattableString.Invariant($"{median.Ours.Seconds:0.000} s, bound {median.Bound:0.000} s: {median.Ours.Seconds / median.Bound:0.00} times");
        return new Row(
            scenario, variant, Peer, median.Bound / median.Ours.Seconds, ratios.Min(), ratios.Max(), median.Ours.EventsPerSecond, supply.Records / median.Bound,
            1e9 / median.Ours.EventsPerSecond, median.Ours.CpuMicrosecondsPerEvent, 0, median.Ours.BytesPerEvent, 0, 0, 0, 0, 0, note);
    }

    private async Task<(Sample Ours, double Bound)> RunOnceAsync(string topic, KafkaSupply from)
    {
        var window = new Window(TimeSpan.Zero, new LatencyHistogram());
        var handler = new Handler(new Draining(window, from.Records), from.Keys);
        var all = settings with { More = new Dictionary<string, string?>(settings.More) { ["Group"] = $"bound-{Guid.NewGuid():N}" } };
        await using var host = KafkaHost.Make(topic, all, reads: true, builder =>
        {
            builder.Services.AddSingleton(handler);
            builder.AddSerializer<ReadingSerializer>()
                .AddEvent<Reading>(FabricHost.Channel, contentType: "application/x-reading")
                .AddHandler<Reading, Handler>(FabricHost.Subscription);
        });
        await host.StartAsync();
        await handler.Draining.WaitAsync();
        window.Stop();
        return (window.ToSample(from.Records), handler.Bound(concurrency));
    }

    private sealed class Handler(Draining draining, int keys) : IEventHandler<Reading>
    {
        private readonly long[] _ticks = new long[keys];

        public Draining Draining { get; } = draining;

        public double Bound(int concurrency) => Math.Max(_ticks.Sum() / (double)concurrency, _ticks.Max()) / Stopwatch.Frequency;

        public async ValueTask<Settlement> HandleAsync(EventContext<Reading> context, CancellationToken cancellationToken)
        {
            var began = Stopwatch.GetTimestamp();
            Draining.Begin();
            // The same delays in every run and for every key; 0 ends in line.
            await Task.Delay((int)(context.Data.Sequence * 2_654_435_761L % 6), cancellationToken);
            Interlocked.Add(ref _ticks[(int)context.Data.Value], Stopwatch.GetTimestamp() - began);
            Draining.Count();
            return Settlement.Ack;
        }
    }
}
