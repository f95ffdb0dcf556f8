using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EventFabric.Drivers;
using EventFabric.Kafka.Configuration;

namespace EventFabric.Kafka.Topology;

/// <summary>Compares a topic with what is wanted of it. Pure.</summary>
internal static class TopicReview
{
    internal const string RetentionKey = "retention.ms";
    private const string CleanupKey = "cleanup.policy";
    private const string UncleanKey = "unclean.leader.election.enable";

    internal static IEnumerable<TopologyItem> Of(
        TopicDescription topic, KafkaChannel wanted, IReadOnlyDictionary<string, ConfigEntryResult>? settings, bool isCompanion)
    {
        if (topic.Error.IsError)
        {
            var state = topic.Error.Code switch
            {
                ErrorCode.UnknownTopicOrPart => TopologyState.Missing,
                ErrorCode.TopicAuthorizationFailed => TopologyState.Forbidden,
                _ => throw new KafkaException(topic.Error),
            };
            return [new TopologyItem(topic.Name, state, null, null, null, Destructive: false)];
        }

        List<TopologyItem> found = [.. Differences(topic, wanted, settings), .. Dangers(topic.Name, settings, isCompanion)];
        return found.Count > 0 ? found : [new TopologyItem(topic.Name, TopologyState.Ok, null, null, null, Destructive: false)];
    }

    private static IEnumerable<TopologyItem> Differences(TopicDescription topic, KafkaChannel wanted, IReadOnlyDictionary<string, ConfigEntryResult>? settings)
    {
        // Keys move to other partitions when there are more, and partitions are never taken away.
        if (wanted.Partitions is { } partitions && partitions != topic.Partitions.Count)
            yield return Drift(topic.Name, "Partitions", topic.Partitions.Count, partitions, destructive: true);
        if (wanted.ReplicationFactor is { } copies && topic.Partitions.Count > 0 && topic.Partitions[0].Replicas.Count != copies)
            yield return Drift(topic.Name, "ReplicationFactor", topic.Partitions[0].Replicas.Count, copies, destructive: false);
        if (wanted.Retention is { } retention && Value(settings, RetentionKey) is { } actual && actual != Text((long)retention.TotalMilliseconds))
            yield return new TopologyItem(topic.Name, TopologyState.Drift, "Retention", $"{RetentionKey}={actual}", $"{RetentionKey}={Text((long)retention.TotalMilliseconds)}", Destructive: false);
    }

    private static IEnumerable<TopologyItem> Dangers(string topic, IReadOnlyDictionary<string, ConfigEntryResult>? settings, bool isCompanion)
    {
        if (Value(settings, UncleanKey) == "true")
            yield return new TopologyItem(topic, TopologyState.Unsafe, UncleanKey, "true", "false", Destructive: false);
        // A channel may be compacted on purpose; of dead letters each one is wanted, also of the same key.
        if (isCompanion && Value(settings, CleanupKey)?.Contains("compact", StringComparison.Ordinal) == true)
            yield return new TopologyItem(topic, TopologyState.Unsafe, CleanupKey, Value(settings, CleanupKey), "delete", Destructive: false);
    }

    private static TopologyItem Drift(string topic, string property, int actual, int wanted, bool destructive) =>
        new(topic, TopologyState.Drift, property, Text(actual), Text(wanted), destructive);

    private static string? Value(IReadOnlyDictionary<string, ConfigEntryResult>? settings, string key) =>
        settings is not null && settings.TryGetValue(key, out var entry) ? entry.Value : null;

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
