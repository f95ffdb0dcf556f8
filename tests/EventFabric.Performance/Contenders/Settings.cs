namespace EventFabric.Performance.Contenders;

/// <summary>Settings that are not at their defaults, and how a row names them.</summary>
/// <param name="MaxInFlight">Of the subscription; the default is 64.</param>
/// <param name="Keys">How many keys the events have; 0: none.</param>
/// <param name="MaxPendingPublishes">Of every channel; the default is 1,000.</param>
internal sealed record Settings(int? MaxInFlight = null, int Keys = 0, int? MaxPendingPublishes = null)
{
    /// <summary>Further settings, by their path.</summary>
    public IReadOnlyDictionary<string, string?> More { get; init; } = new Dictionary<string, string?>();

    public IReadOnlyDictionary<string, string?> ToConfiguration()
    {
        var all = new Dictionary<string, string?>(More);
        if (MaxInFlight is { } most)
            all[$"Subscriptions:{FabricHost.Subscription}:MaxInFlight"] = $"{most}";
        if (MaxPendingPublishes is { } pending)
            all["MaxPendingPublishes"] = $"{pending}";
        return all;
    }

    public override string ToString()
    {
        List<string> words = [Keys == 0 ? "no key" : FormattableString.Invariant($"{Keys:N0} keys")];
        foreach (var (path, value) in ToConfiguration())
            words.Add($"{path[(path.IndexOf(':', Math.Max(0, path.IndexOf(':') + 1)) + 1)..]} {value}");
        return string.Join(", ", words);
    }
}
