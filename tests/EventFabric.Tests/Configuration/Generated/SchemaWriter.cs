using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventFabric.Configuration.Reading;

namespace EventFabric.Tests.Configuration.Generated;

/// <summary>Writes <c>ConfigurationSchema.json</c>: completion and checks for appsettings files in editors, from the table of settings.</summary>
internal static class SchemaWriter
{
    private const string DurationPattern = @"^(-?[0-9]+([.][0-9]+)?(ms|s|m|h|d)|([0-9]+[.])?([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,7})?)$";
    private const string NamePattern = "^[A-Za-z](?:[A-Za-z0-9]|_(?!_))*$";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static string Write(IEnumerable<Setting> table)
    {
        var root = Section();
        foreach (var setting in table)
        {
            var parts = setting.Path.Split(':');
            var at = root;
            foreach (var part in parts[..^1]) at = part.StartsWith('{') ? Named(at) : Below(at, part);
            Properties(at)[parts[^1]] = Value(setting);
        }

        return root.ToJsonString(Layout) + "\n";
    }

    private static JsonObject Section() => new() { ["type"] = "object" };

    private static JsonObject Properties(JsonObject section) => Child(section, "properties", static () => []);

    private static JsonObject Below(JsonObject section, string key) => Child(Properties(section), key, Section);

    private static JsonObject Named(JsonObject section)
    {
        section["propertyNames"] ??= new JsonObject { ["pattern"] = NamePattern };
        return Child(section, "additionalProperties", static () => new JsonObject { ["type"] = new JsonArray("object", "null") });
    }

    private static JsonObject Child(JsonObject parent, string key, Func<JsonObject> create)
    {
        if (parent[key] is not JsonObject child) parent[key] = child = create();
        return child;
    }

    private static JsonObject Value(Setting setting)
    {
        var value = Kind(setting);
        value["description"] = setting.Later ? $"{setting.Help} Not in this version: setting it is refused." : setting.Help;
        if (setting.Default is { } text) value["default"] = Default(setting, text);
        return value;
    }

    private static JsonObject Kind(Setting setting) => setting.Kind switch
    {
        SettingKind.Flag => new() { ["type"] = "boolean" },
        SettingKind.Number => Range(new() { ["type"] = "integer" }, setting),
        SettingKind.Fraction => Range(new() { ["type"] = "number" }, setting),
        SettingKind.Duration => new() { ["type"] = "string", ["pattern"] = DurationPattern },
        SettingKind.Choice => new() { ["enum"] = new JsonArray([.. setting.Choices.Select(static choice => JsonValue.Create(choice))]) },
        SettingKind.Map => new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") } },
        _ => new() { ["type"] = "string" },
    };

    private static JsonObject Range(JsonObject value, Setting setting)
    {
        value["minimum"] = Number(setting.Min!);
        if (setting.Max != long.MaxValue.ToString(CultureInfo.InvariantCulture)) value["maximum"] = Number(setting.Max!);
        return value;
    }

    private static JsonNode? Default(Setting setting, string text) => setting.Kind switch
    {
        SettingKind.Flag => JsonValue.Create(text == "true"),
        SettingKind.Number or SettingKind.Fraction => Number(text),
        _ => JsonValue.Create(text),
    };

    private static JsonNode? Number(string text) => JsonNode.Parse(text);
}
