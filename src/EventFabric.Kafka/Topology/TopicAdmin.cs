using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using EventFabric.Drivers;
using EventFabric.Kafka.Configuration;

namespace EventFabric.Kafka.Topology;

/// <summary>Looks at topics and makes them, over the producer's connections.</summary>
internal sealed class TopicAdmin(Func<Handle> handle, Refusals refusals, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan News = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly object _sync = new();
    private readonly ConcurrentDictionary<string, KafkaChannel> _wanted = new(StringComparer.Ordinal);
    private IAdminClient? _client;

    /// <summary>Ends well when the cluster answers.</summary>
    internal async Task AskAsync(CancellationToken cancellationToken) =>
        await Client().DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = TimeSpan.FromSeconds(2) }).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>How many partitions a topic has. One that is not there is asked for a few times: brokers learn of a new one late.</summary>
    /// <exception cref="KafkaException">It is not there, may not be seen, or the cluster does not answer.</exception>
    internal async Task<int> RequireAsync(string topic, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var found = (await DescribeAsync([topic], timeout < Timeout ? timeout : Timeout, cancellationToken).ConfigureAwait(false))[0];
            if (!found.Error.IsError)
                return found.Partitions.Count;
            if (found.Error.Code != ErrorCode.UnknownTopicOrPart)
                throw new KafkaException(found.Error);
            if (time.GetElapsedTime(began) >= News)
                throw new KafkaException(new Error(found.Error.Code, $"The topic \"{topic}\" does not exist. With Provisioning Create the library makes it."));
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Asks each partition's leader where its log ends. What metadata says of a new topic comes before its leaders know it themselves; a producer whose first
    /// batch meets such a leader may lose it (docs/decisions/0017-an-offset-proves-it.md).
    /// </summary>
    /// <exception cref="KafkaException">A partition has no leader that answers.</exception>
    internal async Task RequireLeadersAsync(string topic, int partitions, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var ends = Enumerable.Range(0, partitions).Select(index => new TopicPartitionOffsetSpec { TopicPartition = new TopicPartition(topic, index), OffsetSpec = OffsetSpec.Latest() });
        try
        {
            var options = new ListOffsetsOptions { RequestTimeout = timeout < Timeout ? timeout : Timeout };
            await refusals.AskAsync(Client().ListOffsetsAsync(ends, options), cancellationToken).ConfigureAwait(false);
        }
        catch (ListOffsetsException error)
        {
            throw new KafkaException(error.Result.ResultInfos.Select(static result => result.TopicPartitionOffsetError.Error).First(static known => known.IsError), error);
        }
    }

    /// <summary>The most bytes that a topic takes at once; null where that may not be seen.</summary>
    internal async Task<long?> MaxBytesAsync(string topic, CancellationToken cancellationToken)
    {
        var settings = await SettingsOfAsync([topic], cancellationToken).ConfigureAwait(false);
        return settings.TryGetValue(topic, out var known) && known.TryGetValue("max.message.bytes", out var entry)
            && long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
    }

    internal async Task<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken)
    {
        foreach (var plan in plans)
            _wanted.TryAdd(plan.Address, Wanted(plan));
        var topics = plans.Select(static plan => plan.Address).Distinct(StringComparer.Ordinal).ToArray();
        if (topics.Length == 0)
            return [];
        var found = await DescribeAsync(topics, Timeout, cancellationToken).ConfigureAwait(false);
        var known = found.Where(static topic => !topic.Error.IsError).Select(static topic => topic.Name).ToArray();
        var settings = await SettingsOfAsync(known, cancellationToken).ConfigureAwait(false);
        var companions = plans.Where(static plan => plan.Role != ChannelRole.Main).Select(static plan => plan.Address).ToHashSet(StringComparer.Ordinal);
        return [.. found.SelectMany(topic => TopicReview.Of(topic, _wanted[topic.Name], settings.GetValueOrDefault(topic.Name), companions.Contains(topic.Name)))];
    }

    internal async Task ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken)
    {
        var missing = items.Where(static item => item.State == TopologyState.Missing).Select(static item => item.Resource).Distinct(StringComparer.Ordinal).ToArray();
        if (missing.Length == 0)
            return;
        try
        {
            await Client().CreateTopicsAsync(missing.Select(Specify), new CreateTopicsOptions { RequestTimeout = Timeout }).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CreateTopicsException error)
        {
            foreach (var result in error.Results)
            {
                if (result.Error.IsError && result.Error.Code != ErrorCode.TopicAlreadyExists)
                    throw new KafkaException(result.Error, error);
            }
        }

        await UntilThereAsync(missing, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The producer is gone.</summary>
    internal void Forget()
    {
        lock (_sync)
        {
            _client?.Dispose();
            _client = null;
        }
    }

    public void Dispose() => Forget();

    /// <summary>Dead letters and the like follow the channel in copies only: how many partitions and how long is the broker's default.</summary>
    private static KafkaChannel Wanted(ChannelPlan plan)
    {
        var channel = plan.Settings as KafkaChannel ?? KafkaChannel.Default;
        return plan.Role == ChannelRole.Main ? channel : new KafkaChannel(null, channel.ReplicationFactor, null);
    }

    private TopicSpecification Specify(string topic)
    {
        var wanted = _wanted.GetValueOrDefault(topic) ?? KafkaChannel.Default;
        var specification = new TopicSpecification { Name = topic, NumPartitions = wanted.Partitions ?? -1, ReplicationFactor = wanted.ReplicationFactor ?? -1 };
        if (wanted.Retention is { } retention)
            specification.Configs = new Dictionary<string, string> { [TopicReview.RetentionKey] = ((long)retention.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) };
        return specification;
    }

    /// <summary>A topic that was made is not at once known to every broker, nor has every partition a leader.</summary>
    private async Task UntilThereAsync(string[] topics, CancellationToken cancellationToken)
    {
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < Timeout; await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false))
        {
            var found = await DescribeAsync(topics, Timeout, cancellationToken).ConfigureAwait(false);
            if (found.All(static topic => !topic.Error.IsError && topic.Partitions.TrueForAll(static partition => partition.Leader is not null)))
                return;
        }
    }

    private async Task<List<TopicDescription>> DescribeAsync(string[] topics, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var options = new DescribeTopicsOptions { RequestTimeout = timeout };
            var result = await refusals.AskAsync(Client().DescribeTopicsAsync(TopicCollection.OfTopicNames(topics), options), cancellationToken).ConfigureAwait(false);
            return result.TopicDescriptions;
        }
        catch (DescribeTopicsException error) when (error.Results.TopicDescriptions.Count == topics.Length)
        {
            return error.Results.TopicDescriptions;
        }
    }

    /// <summary>Settings by topic. Who may not see them is told nothing about them.</summary>
    private async Task<Dictionary<string, IReadOnlyDictionary<string, ConfigEntryResult>>> SettingsOfAsync(string[] topics, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, IReadOnlyDictionary<string, ConfigEntryResult>>(StringComparer.Ordinal);
        if (topics.Length == 0)
            return found;
        try
        {
            var resources = topics.Select(static topic => new ConfigResource { Type = ResourceType.Topic, Name = topic });
            var results = await Client().DescribeConfigsAsync(resources, new DescribeConfigsOptions { RequestTimeout = Timeout }).WaitAsync(cancellationToken).ConfigureAwait(false);
            foreach (var result in results)
                found[result.ConfigResource.Name] = result.Entries;
        }
        catch (DescribeConfigsException error)
        {
            foreach (var result in error.Results)
            {
                if (!result.Error.IsError)
                    found[result.ConfigResource.Name] = result.Entries;
            }
        }

        return found;
    }

    private IAdminClient Client()
    {
        lock (_sync)
            return _client ??= new DependentAdminClientBuilder(handle()).Build();
    }
}
