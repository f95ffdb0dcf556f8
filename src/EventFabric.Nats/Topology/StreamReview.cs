using System.Globalization;
using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using NATS.Client.JetStream.Models;

namespace EventFabric.Nats.Topology;

/// <summary>Compares a stream with what is wanted of it. Pure.</summary>
internal static class StreamReview
{
    internal static IEnumerable<TopologyItem> Of(string name, ChannelPlan plan, StreamInfo? stream)
    {
        if (stream is null)
            return [new TopologyItem(name, TopologyState.Missing, null, null, null, Destructive: false)];
        List<TopologyItem> found = [.. Differences(name, plan, stream.Config), .. Dangers(name, stream.Config)];
        return found.Count > 0 ? found : [new TopologyItem(name, TopologyState.Ok, null, null, null, Destructive: false)];
    }

    private static IEnumerable<TopologyItem> Differences(string name, ChannelPlan plan, StreamConfig stream)
    {
        var partitions = NatsNames.Partitions(plan.Address, stream.Subjects ?? []);
        if (partitions == 0)
        {
            yield return new TopologyItem(name, TopologyState.Drift, "Subjects", string.Join(' ', stream.Subjects ?? []), NatsNames.AllPartitions(plan.Address), Destructive: true);
            yield break;
        }

        if (plan.Role != ChannelRole.Main)
            yield break;
        var wanted = StreamAdmin.Settings(plan);
        // Keys move to other subjects when there are more.
        if (wanted.Partitions is { } count && count != partitions)
            yield return Drift(name, "Partitions", Text(partitions), Text(count), destructive: true);
        if (wanted.Replicas is { } replicas && replicas != stream.NumReplicas)
            yield return Drift(name, "Replicas", Text(stream.NumReplicas), Text(replicas), destructive: false);
        if (wanted.Storage is { } storage && storage != stream.Storage)
            yield return Drift(name, "Storage", stream.Storage.ToString(), storage.ToString(), destructive: true);
        if (wanted.Retention is { } retention && retention != stream.MaxAge)
            yield return Drift(name, "Retention", Text(stream.MaxAge), Text(retention), destructive: false);
        if (wanted.DuplicateWindow is { } window && window != stream.DuplicateWindow)
            yield return Drift(name, "DuplicateWindow", Text(stream.DuplicateWindow), Text(window), destructive: false);
    }

    private static IEnumerable<TopologyItem> Dangers(string name, StreamConfig stream)
    {
        if (stream.Retention != StreamConfigRetention.Limits)
            yield return Unsafe(name, "retention", stream.Retention.ToString().ToLowerInvariant(), "limits");
        var isBounded = stream.MaxMsgs > 0 || stream.MaxBytes > 0 || stream.MaxMsgsPerSubject > 0;
        if (stream.Discard == StreamConfigDiscard.Old && isBounded)
            yield return Unsafe(name, "discard", "old, with limits", "new, or remove max_msgs, max_bytes and max_msgs_per_subject");
        if (stream.NoAck)
            yield return Unsafe(name, "no_ack", "true", "false");
    }

    private static TopologyItem Drift(string name, string property, string actual, string wanted, bool destructive) =>
        new(name, TopologyState.Drift, property, actual, wanted, destructive);

    private static TopologyItem Unsafe(string name, string property, string actual, string wanted) =>
        new(name, TopologyState.Unsafe, property, actual, wanted, Destructive: false);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan value) => value == TimeSpan.Zero ? "for ever" : value.ToString("c", CultureInfo.InvariantCulture);
}
