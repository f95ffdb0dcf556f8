namespace EventFabric.Configuration.Reading;

/// <summary>
/// One row of the table of settings: what schema, reference page and refusals are made of. Rows come from reading: reading an empty section gives the table.
/// </summary>
/// <param name="Path">The full path; in the table names stand as <c>{broker}</c>, <c>{channel}</c>, <c>{subscription}</c>.</param>
/// <param name="Kind">What values it takes.</param>
/// <param name="Default">The default as it would be written; null: absent.</param>
/// <param name="Help">One sentence for people.</param>
internal sealed record Setting(string Path, SettingKind Kind, string? Default, string Help)
{
    /// <summary>The least value as it would be written.</summary>
    public string? Min { get; init; }

    /// <summary>The greatest value as it would be written.</summary>
    public string? Max { get; init; }

    public IReadOnlyList<string> Choices { get; init; } = [];

    public bool Required { get; init; }

    /// <summary>Never printed.</summary>
    public bool Secret { get; init; }

    /// <summary>The feature is not in this version: setting it is refused.</summary>
    public bool Later { get; init; }

    /// <summary>The last part of the path.</summary>
    public string Key => Path[(Path.LastIndexOf(':') + 1)..];
}

internal enum SettingKind
{
    Text,
    Flag,
    Number,
    Fraction,
    Duration,
    Durations,
    Choice,
    Start,
    Map,
}
