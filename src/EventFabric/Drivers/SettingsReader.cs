using System.Diagnostics.CodeAnalysis;
using EventFabric.Configuration.Reading;
using Microsoft.Extensions.Configuration;

namespace EventFabric.Drivers;

/// <summary>
/// Reads one section of the configuration, strictly: every key is read once, what nobody read is an unknown key, and every problem is collected with its full
/// path instead of thrown. Reading is also the description: what is read from an empty section, with its defaults, ranges and help, is the table behind
/// <c>ConfigurationSchema.json</c> and the reference page. Used by one thread.
/// </summary>
/// <remarks>
/// Where the values go into an options object, take each fallback from that object (<c>options.Lease = reader.Duration("Lease", help, options.Lease, ...)</c>):
/// the same code then runs once over the configuration and once, after <c>Configure</c> and <c>PostConfigure</c>, over nothing, which checks what code has set.
/// </remarks>
[Experimental("EVF9001")]
public sealed class SettingsReader
{
    private readonly IConfiguration? _section;
    private readonly SettingsSession _session;
    private readonly Dictionary<string, SettingsReader?> _read;
    private readonly bool _later;

    internal SettingsReader(IConfiguration? section, string path, SettingsSession session)
    {
        _section = section;
        _session = session;
        _read = new Dictionary<string, SettingsReader?>(StringComparer.OrdinalIgnoreCase);
        Path = path;
        if (section is IConfigurationSection { Value.Length: > 0 }) session.Add(path, "is one value; write a section with its settings below it");
    }

    private SettingsReader(SettingsReader original)
    {
        _section = original._section;
        _session = original._session;
        _read = original._read;
        _later = true;
        Path = original.Path;
    }

    /// <summary>
    /// Whether nothing more comes: the configuration was read and code has had its turn. What depends on more than one setting is checked then; earlier, what code
    /// is about to set would be missed.
    /// </summary>
    public bool IsComplete => _session.ChecksRequired;

    internal string Path { get; }

    internal SettingsSession Session => _session;

    /// <summary>The same section, for settings whose feature is not in this version: they stand in the table, and setting them is refused.</summary>
    internal SettingsReader Later => new(this);

    /// <summary>Reads text. Empty text is refused.</summary>
    /// <param name="key">The name of the setting.</param>
    /// <param name="help">One sentence for people.</param>
    /// <param name="fallback">What it is when the key is absent or null.</param>
    /// <param name="required">Whether it is a problem when nobody gives it.</param>
    /// <param name="secret">Whether it must never be printed.</param>
    /// <returns>The text, or the fallback.</returns>
    public string? Text(string key, string help, string? fallback = null, bool required = false, bool secret = false)
    {
        var setting = Row(key, SettingKind.Text, secret ? null : fallback, help) with { Required = required, Secret = secret };
        string? value = Read(setting, SettingTexts.TryText, fallback is not null, fallback!, static _ => null, static text => text);
        if (required && value is null && _session.ChecksRequired && !_session.HasProblem(setting.Path)) _session.Add(setting.Path, "is required and has no default");
        return value;
    }

    /// <summary>Reads <c>true</c> or <c>false</c>.</summary>
    /// <param name="key">The name of the setting.</param>
    /// <param name="help">One sentence for people.</param>
    /// <param name="fallback">What it is when the key is absent or null.</param>
    /// <returns>The flag, or the fallback.</returns>
    public bool Flag(string key, string help, bool fallback) =>
        Read(Row(key, SettingKind.Flag, SettingTexts.Format(fallback), help), SettingTexts.TryFlag, true, fallback, static _ => null, SettingTexts.Format);

    /// <summary>Reads a whole number.</summary>
    /// <param name="key">The name of the setting.</param>
    /// <param name="help">One sentence for people.</param>
    /// <param name="fallback">What it is when the key is absent or null.</param>
    /// <param name="min">The least number.</param>
    /// <param name="max">The greatest number.</param>
    /// <returns>The number, or the fallback.</returns>
    public long? Number(string key, string help, long? fallback, long min, long max)
    {
        var setting = Row(key, SettingKind.Number, fallback is { } number ? SettingTexts.Format(number) : null, help) with
        {
            Min = SettingTexts.Format(min),
            Max = SettingTexts.Format(max),
        };
        var value = Read(setting, SettingTexts.TryNumber, fallback.HasValue, fallback.GetValueOrDefault(), Within(setting, min, max), SettingTexts.Format);
        return _session.Has(setting.Path) ? value : null;
    }

    /// <summary>Reads a number with a decimal point.</summary>
    /// <param name="key">The name of the setting.</param>
    /// <param name="help">One sentence for people.</param>
    /// <param name="fallback">What it is when the key is absent or null.</param>
    /// <param name="min">The least number.</param>
    /// <param name="max">The greatest number.</param>
    /// <returns>The number, or the fallback.</returns>
    public double Fraction(string key, string help, double fallback, double min, double max)
    {
        var setting = Row(key, SettingKind.Fraction, SettingTexts.Format(fallback), help) with
        {
            Min = SettingTexts.Format(min),
            Max = SettingTexts.Format(max),
        };
        return Read(setting, SettingTexts.TryFraction, true, fallback, Within(setting, min, max), SettingTexts.Format);
    }

    /// <summary>Reads a duration: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>24h</c>, <c>7d</c> or <c>[d.]hh:mm:ss</c>.</summary>
    /// <param name="key">The name of the setting.</param>
    /// <param name="help">One sentence for people.</param>
    /// <param name="fallback">What it is when the key is absent or null.</param>
    /// <param name="min">The shortest.</param>
    /// <param name="max">The longest.</param>
    /// <returns>The duration, or the fallback.</returns>
    public TimeSpan? Duration(string key, string help, TimeSpan? fallback, TimeSpan min, TimeSpan max)
    {
        var setting = Row(key, SettingKind.Duration, fallback is { } duration ? DurationText.Format(duration) : null, help) with
        {
            Min = DurationText.Format(min),
            Max = DurationText.Format(max),
        };
        var value = Read(setting, DurationText.TryParse, fallback.HasValue, fallback.GetValueOrDefault(), Within(setting, min, max), DurationText.Format);
        return _session.Has(setting.Path) ? value : null;
    }

    /// <summary>Reads one of an enum's names, in any case; numbers are refused.</summary>
    /// <typeparam name="TEnum">The enum.</typeparam>
    /// <param name="key">The name of the setting.</param>
    /// <param name="help">One sentence for people.</param>
    /// <param name="fallback">What it is when the key is absent or null.</param>
    /// <returns>The value, or the fallback.</returns>
    public TEnum Choice<TEnum>(string key, string help, TEnum fallback)
        where TEnum : struct, Enum =>
        Choice<TEnum>(key, help, (TEnum?)fallback) ?? fallback;

    /// <summary>Reads names and values that the library does not know: a client library's own settings.</summary>
    /// <param name="key">The name of the section.</param>
    /// <param name="help">One sentence for people.</param>
    /// <param name="fallback">What is there already; the configuration's entries are added to it, and win.</param>
    /// <returns>Names, compared as written, and values.</returns>
    public IReadOnlyDictionary<string, string> Map(string key, string help, IReadOnlyDictionary<string, string>? fallback = null)
    {
        var setting = Take(Row(key, SettingKind.Map, null, help), null);
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in fallback ?? map.ToDictionary()) map[name] = value;
        var section = _section?.GetSection(key);
        if (!string.IsNullOrEmpty(section?.Value)) _session.Add(setting.Path, "is one value; write a section of names and values");
        foreach (var child in section?.GetChildren() ?? [])
        {
            if (child.GetChildren().Any()) _session.Add($"{setting.Path}:{child.Key}", "holds other keys; write one value");
            else if (child.Value is { } value) map[child.Key] = value;
        }

        return map;
    }

    /// <summary>Reads a section below this one.</summary>
    /// <param name="key">Its name.</param>
    /// <returns>A reader of it, also when it is absent.</returns>
    public SettingsReader Section(string key)
    {
        var reader = new SettingsReader(_section?.GetSection(key), At(key), _session);
        Claim(key, reader);
        return _later ? reader.Later : reader;
    }

    /// <summary>Reports a problem that only the caller can see: a combination, an illegal name.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="message">What is wrong, and what to write instead; never a secret.</param>
    public void Problem(string key, string message) => _session.Add(At(key), message);

    /// <summary>Reads one of an enum's names, in any case, where nothing stands for a default that other settings decide; numbers are refused.</summary>
    /// <typeparam name="TEnum">The enum.</typeparam>
    /// <param name="key">The name of the setting.</param>
    /// <param name="help">One sentence for people.</param>
    /// <param name="fallback">What it is when the key is absent or null; null: nothing.</param>
    /// <returns>The value, the fallback, or null.</returns>
    public TEnum? Choice<TEnum>(string key, string help, TEnum? fallback)
        where TEnum : struct, Enum
    {
        var setting = Row(key, SettingKind.Choice, fallback?.ToString(), help) with { Choices = Enum.GetNames<TEnum>() };
        var value = Read(setting, SettingTexts.TryChoice, fallback.HasValue, fallback.GetValueOrDefault(), Defined, static choice => choice.ToString());
        return _session.Has(setting.Path) ? value : null;

        string? Defined(TEnum choice) => Enum.IsDefined(choice) ? null : $"is not one of {string.Join(", ", setting.Choices)}";
    }

    internal int Int(string key, string help, int fallback, int min, int max) => (int)Number(key, help, fallback, min, max)!.Value;

    internal IReadOnlyList<TimeSpan> Durations(string key, string help, IReadOnlyList<TimeSpan> fallback) =>
        Read(Row(key, SettingKind.Durations, SettingTexts.Format(fallback), help), SettingTexts.TryDurations, true, fallback, static _ => null, SettingTexts.Format);

    internal StartPosition Start(string key, string help, StartPosition fallback) =>
        Read(Row(key, SettingKind.Start, StartText.Format(fallback), help), StartText.TryParse, true, fallback, static _ => null, StartText.Format);

    /// <summary>Claims a key that is read elsewhere: the named sections and those of adapters.</summary>
    internal void Claim(string key, SettingsReader? reader = null)
    {
        if (!_read.TryAdd(key, reader)) throw new InvalidOperationException($"{At(key)} is read twice; each key is read once.");
    }

    /// <summary>The names that stand below this section, with readers of what stands below them. Wrong names are reported and left out.</summary>
    internal IReadOnlyList<(string Name, SettingsReader Reader)> Names()
    {
        var names = new List<(string, SettingsReader)>();
        foreach (var child in _section?.GetChildren() ?? [])
        {
            if (NameRule.Allows(child.Key))
            {
                names.Add((child.Key, Section(child.Key)));
                continue;
            }

            Claim(child.Key);
            _session.Add(At(child.Key), IsIndex(child.Key) ? "is an entry of a list; write a section with a name" : $"\"{child.Key}\" is not a name; {NameRule.Text}");
        }

        return names;
    }

    /// <summary>Reports what nobody read, here and below.</summary>
    internal void Finish()
    {
        foreach (var child in _section?.GetChildren() ?? [])
        {
            if (_read.TryGetValue(child.Key, out var reader)) reader?.Finish();
            else if (IsIndex(child.Key)) _session.Add(At(child.Key), "is an entry of a list; settings hold no lists, since files would merge them by index");
            else _session.Add(At(child.Key), $"unknown key; {NearestName.Hint(child.Key, _read.Keys)}");
        }
    }

    private string At(string key) => Path.Length == 0 ? key : ConfigurationPath.Combine(Path, key);

    private static bool IsIndex(string key) => key.All(char.IsAsciiDigit);

    private static Func<T, string?> Within<T>(Setting setting, T min, T max)
        where T : IComparable<T> =>
        value => value.CompareTo(min) < 0 || value.CompareTo(max) > 0 ? $"is out of range; write {setting.Min} to {setting.Max}" : null;

    private Setting Row(string key, SettingKind kind, string? fallback, string help) => new(At(key), kind, fallback, help) { Later = _later };

    private Setting Take(Setting setting, string? value)
    {
        Claim(setting.Key);
        _session.Table.Add(setting);
        if (value is not null) _session.Values[setting.Path] = value;
        return setting;
    }

    private T Read<T>(Setting setting, SettingTexts.Parser<T> parse, bool hasFallback, T fallback, Func<T, string?> check, Func<T, string> format)
    {
        Take(setting, hasFallback ? format(fallback!) : null);
        if (Raw(setting) is { } text)
        {
            var shown = setting.Secret ? "the secret" : SettingsSession.Quote(text);
            if (_later && !IsOff(setting, text)) _session.Add(setting.Path, NotInThisVersion(setting));
            else if (!parse(text, out var value, out var problem)) _session.Add(setting.Path, $"{shown} {problem}");
            else if (check(value) is { } wrong) _session.Add(setting.Path, $"{shown} {wrong}");
            else
            {
                _session.Values[setting.Path] = format(value);
                return value;
            }
        }
        else if (_session.Pass == SettingsPass.Code && hasFallback)
        {
            var shown = setting.Secret ? "the secret" : SettingsSession.Quote(format(fallback));
            if (_later && !IsOff(setting, format(fallback)) && _session.Defaults?.GetValueOrDefault(setting.Path) != format(fallback))
                _session.Add(setting.Path, NotInThisVersion(setting));
            else if (check(fallback) is { } wrong) _session.Add(setting.Path, $"{shown}, set by code, {wrong}");
        }

        return fallback;
    }

    /// <summary>The text in the configuration; null: absent or null there.</summary>
    private string? Raw(Setting setting)
    {
        if (_section is null) return null;
        var section = _section.GetSection(setting.Key);
        var children = section.GetChildren().ToArray();
        if (children.Length == 0) return section.Value;
        _session.Add(setting.Path, children.All(static child => IsIndex(child.Key)) ? "is a list; write one value" : "holds other keys; write one value");
        return null;
    }

    private static bool IsOff(Setting setting, string text) => setting.Kind switch
    {
        SettingKind.Flag => text.Equals("false", StringComparison.OrdinalIgnoreCase),
        SettingKind.Durations => text.Length == 0,
        _ => false,
    };

    private static string NotInThisVersion(Setting setting) => setting.Kind == SettingKind.Flag
        ? "this feature is not in this version of EventFabric; remove the key or write false"
        : "this feature is not in this version of EventFabric; remove the key";
}
