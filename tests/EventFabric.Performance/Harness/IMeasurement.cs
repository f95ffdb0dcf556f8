namespace EventFabric.Performance.Harness;

/// <summary>Something that comes to one row of the report.</summary>
internal interface IMeasurement
{
    /// <summary>What differs from the scenario's plain form; settings that are not at their defaults stand in it.</summary>
    string Variant { get; }

    /// <summary>Who EventFabric is compared with.</summary>
    string Peer { get; }

    Task<Row> RunAsync(string scenario, TimeSpan window, int rounds, Action<string> progress);
}
