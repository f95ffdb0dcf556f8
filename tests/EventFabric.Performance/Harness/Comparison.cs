namespace EventFabric.Performance.Harness;

/// <summary>Two contenders that do the same work: one row of the report.</summary>
/// <param name="Variant">What differs from the scenario's plain form; settings that are not at their defaults stand in it.</param>
/// <param name="Peer">Who EventFabric is compared with.</param>
/// <param name="Ours">Makes our side.</param>
/// <param name="Theirs">Makes the peer's side.</param>
internal sealed record Comparison(string Variant, string Peer, Func<IContender> Ours, Func<IContender> Theirs) : IMeasurement
{
    public Task<Row> RunAsync(string scenario, TimeSpan window, int rounds, Action<string> progress) => new Alternation(scenario, this, window, rounds).RunAsync(progress);
}
