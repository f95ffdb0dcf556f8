namespace EventFabric.Configuration.Reading;

/// <summary>What the readers of one pass share: the problems found so far and the rows read. One thread.</summary>
internal sealed class SettingsSession(SettingsPass pass)
{
    public SettingsPass Pass { get; } = pass;

    /// <summary>Full path, colon, message.</summary>
    public List<string> Problems { get; init; } = [];

    public List<Setting> Table { get; } = [];

    /// <summary>In the pass over values set by code: what each path's default is, to see which settings of a later version were set.</summary>
    public IReadOnlyDictionary<string, string?>? Defaults { get; init; }

    /// <summary>What each path was read as, to find a driver that does not take its fallbacks from the options object.</summary>
    public Dictionary<string, string?> Values { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a required setting that nobody gave is a problem by now.</summary>
    public bool ChecksRequired => Pass is SettingsPass.Code or SettingsPass.Once;

    /// <summary>Whether the path has a value: written, or its fallback.</summary>
    public bool Has(string path) => Values.ContainsKey(path);

    public bool HasProblem(string path) => Problems.Exists(problem => problem.StartsWith($"{path}: ", StringComparison.OrdinalIgnoreCase));

    public void Add(string path, string message) => Problems.Add($"{path}: {message}");

    /// <summary>A value as a message shows it: quoted, and cut where it is long.</summary>
    public static string Quote(string text) => text.Length <= 80 ? $"\"{text}\"" : $"\"{text[..80]}...\"";
}

/// <summary>Why settings are read.</summary>
internal enum SettingsPass
{
    /// <summary>From the configuration; code may still set what is missing.</summary>
    File,

    /// <summary>An empty section over an options object that code has changed: its values are the fallbacks and are checked like a file's.</summary>
    Code,

    /// <summary>From the configuration, and nothing follows.</summary>
    Once,

    /// <summary>An empty section, for the table.</summary>
    Describe,
}
