using EventFabric.Configuration.Reading;

namespace EventFabric.Configuration;

/// <summary>
/// The adapters that there are, added or not: their sections may stay in a file that serves several environments,
/// and a <c>Type</c> that is not added can say how it is.
/// </summary>
internal static class KnownAdapters
{
    public static IReadOnlyList<string> Types { get; } = ["InMemory", "Embedded", "Kafka", "Nats", "Pulsar", "PubSub", "EventBridge", "EventHubs"];

    /// <summary>Brokers that live with the application and are made by it.</summary>
    public static bool CreatesByDefault(string type) =>
        type.Equals("InMemory", StringComparison.OrdinalIgnoreCase) || type.Equals("Embedded", StringComparison.OrdinalIgnoreCase);

    /// <summary>What to say to a <c>Type</c> that no added adapter has.</summary>
    public static string Refuse(string type, IEnumerable<string> added)
    {
        var names = added.Order(StringComparer.Ordinal).ToArray();
        var there = names.Length == 0 ? "no adapter is added" : $"added are: {string.Join(", ", names)}";
        if (Types.FirstOrDefault(known => known.Equals(type, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            var package = known == "InMemory" ? "" : $"reference the package EventFabric.{known} and ";
            return $"\"{type}\" is not added, {there}; {package}call .Add{known}() on the builder that AddEventFabric() returns";
        }

        var hint = NearestName.Find(type, Types.Concat(names)) is { } nearest ? $"did you mean \"{nearest}\"? Otherwise " : "";
        return $"{SettingsSession.Quote(type)} is not an adapter, {there}; {hint}" +
            "reference the adapter's package and call its Add method on the builder that AddEventFabric() returns";
    }
}
