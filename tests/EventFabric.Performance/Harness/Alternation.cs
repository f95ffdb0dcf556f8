namespace EventFabric.Performance.Harness;

/// <summary>
/// Measures two contenders in turn, in the order A B B A: what drifts (heat, neighbours, heap) meets both alike, and each window of ours
/// has a neighbour of the peer's to be divided by.
/// </summary>
internal sealed class Alternation(string scenario, Comparison comparison, TimeSpan window, int rounds)
{
    // Long enough for the optimizing compiler to have looked at the hot paths twice, whatever the length of a window.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private readonly List<Sample> _ours = [];
    private readonly List<Sample> _theirs = [];
    private readonly LatencyHistogram _latencies = new();
    private readonly LatencyHistogram _peerLatencies = new();
    private string? _note;

    public async Task<Row> RunAsync(Action<string> progress)
    {
        await using var ours = comparison.Ours();
        await using var theirs = comparison.Theirs();
        await ours.StartAsync();
        await theirs.StartAsync();
        progress("warm-up");
        await Meter.MeasureAsync(theirs, WarmUp, new LatencyHistogram());
        await Meter.MeasureAsync(ours, WarmUp, new LatencyHistogram());
        for (var round = 0; round < rounds; round++)
        {
            progress($"round {round + 1} of {rounds}");
            await MeasureAsync(theirs, _theirs);
            await MeasureAsync(ours, _ours);
            await MeasureAsync(ours, _ours);
            await MeasureAsync(theirs, _theirs);
        }

        _note = ours.Note is null && theirs.Note is null ? null : $"ours: {ours.Note}; peer: {theirs.Note}";
        return ToRow();
    }

    private async Task MeasureAsync(IContender contender, List<Sample> into)
    {
        var latencies = new LatencyHistogram();
        into.Add(await Meter.MeasureAsync(contender, window, latencies));
        (ReferenceEquals(into, _ours) ? _latencies : _peerLatencies).Add(latencies);
    }

    private Row ToRow()
    {
        var ratios = _ours.Zip(_theirs, static (mine, peer) => mine.EventsPerSecond / peer.EventsPerSecond).ToList();
        var speed = Median(_ours.Select(static sample => sample.EventsPerSecond));
        return new Row(
            scenario,
            comparison.Variant,
            comparison.Peer,
            Median(ratios),
            ratios.Min(),
            ratios.Max(),
            speed,
            Median(_theirs.Select(static sample => sample.EventsPerSecond)),
            1e9 / speed,
            Median(_ours.Select(static sample => sample.CpuMicrosecondsPerEvent)),
            Median(_theirs.Select(static sample => sample.CpuMicrosecondsPerEvent)),
            Median(_ours.Select(static sample => sample.BytesPerEvent)),
            Median(_theirs.Select(static sample => sample.BytesPerEvent)),
            _latencies.Quantile(0.5),
            _latencies.Quantile(0.99),
            _peerLatencies.Quantile(0.5),
            _peerLatencies.Quantile(0.99),
            _note);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
