namespace EventFabric.Performance.Harness;

/// <summary>One question of the performance reference.</summary>
/// <param name="Id">B1, B2...</param>
/// <param name="Summary">What is measured, and what the latencies mean.</param>
/// <param name="Target">What it should come to.</param>
/// <param name="Comparisons">Its rows.</param>
internal sealed record Scenario(string Id, string Summary, string Target, IReadOnlyList<IMeasurement> Comparisons)
{
    /// <summary>Looks for what the scenario needs and says what is missing, with the remedy; null: nothing.</summary>
    public Func<CancellationToken, Task<string?>> FindObstacleAsync { get; init; } = static _ => Task.FromResult<string?>(null);
}
