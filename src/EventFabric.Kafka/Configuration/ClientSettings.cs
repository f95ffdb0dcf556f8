using System.Globalization;
using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Configuration;

/// <summary>Makes the client library's configuration of our options.</summary>
internal sealed class ClientSettings(KafkaOptions options, int maxEventBytes)
{
    /// <summary>Room above the publisher's limit, so that what was published can be dead-lettered with its headers.</summary>
    private const int CopyHeadroom = 8192;

    /// <summary>What Kafka adds to a record at most: lengths, timestamps, the batch's own head.</summary>
    private const int RecordOverhead = 512;

    /// <summary>The most bytes of a record: body, key and headers.</summary>
    internal long MaxRecordBytes { get; } = (long)maxEventBytes + CopyHeadroom;

    /// <summary>The most bytes of a batch, where the topic does not take less.</summary>
    internal long MaxBatchBytes => MaxRecordBytes + RecordOverhead;

    /// <summary>The most bytes of a record of a topic. The broker refuses too large a record with all that share its batch: it must not get there.</summary>
    /// <param name="topicBytes">What the topic takes at once; null: not known.</param>
    internal long MaxRecordBytesOf(long? topicBytes) => Math.Min(MaxRecordBytes, Math.Max(1, (topicBytes ?? long.MaxValue) - RecordOverhead));

    /// <summary>Whether the broker says where a record is.</summary>
    internal bool Confirms => options.Acks != Acks.None;

    internal ProducerConfig Producer(TimeSpan publishTimeout, long maxBatchBytes)
    {
        var config = new ProducerConfig();
        Common(config);
        config.Acks = options.Acks;
        config.EnableIdempotence = options.Idempotence;
        config.LingerMs = options.Linger.TotalMilliseconds;
        config.CompressionType = options.Compression;
        // What the Java client does, so that both agree where a key belongs.
        config.Partitioner = Partitioner.Murmur2Random;
        config.MessageTimeoutMs = Math.Max(1, (int)Math.Min(publishTimeout.TotalMilliseconds, int.MaxValue));
        config.QueueBufferingMaxMessages = 1_000_000;
        config.QueueBufferingMaxKbytes = 1_048_576;
        config.DeliveryReportFields = "key,status";
        Set(config, "message.max.bytes", maxBatchBytes);
        SetProperties(config);
        return config;
    }

    internal ConsumerConfig Consumer(ChannelPlan plan)
    {
        var browses = plan.Mode == ReceiveMode.Browse;
        var config = new ConsumerConfig();
        Common(config);
        config.GroupId = plan.Group ?? "eventfabric-browse";
        config.EnableAutoCommit = !browses;
        config.AutoCommitIntervalMs = 1000;
        config.EnableAutoOffsetStore = false;
        // A position that the broker no longer has must be heard of, not skipped.
        config.AutoOffsetReset = AutoOffsetReset.Error;
        config.EnablePartitionEof = browses;
        config.AllowAutoCreateTopics = false;
        config.MaxPollIntervalMs = 600_000;
        config.FetchWaitMaxMs = 100;
        config.QueuedMaxMessagesKbytes = (int)Math.Clamp(plan.MaxInFlightBytes / 1024, 1024, 262_144);
        if (!browses)
            Join(config, plan);
        SetProperties(config);
        return config;
    }

    private void Join(ConsumerConfig config, ChannelPlan plan)
    {
        config.GroupInstanceId = options.InstanceId is { } instance ? $"{instance}-{plan.Name}" : null;
        config.GroupProtocol = options.GroupProtocol;
        if (options.GroupProtocol == GroupProtocol.Classic)
        {
            config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
            config.SessionTimeoutMs = (int)(options.SessionTimeout ?? TimeSpan.FromSeconds(45)).TotalMilliseconds;
            config.HeartbeatIntervalMs = Math.Max(100, Math.Min(3000, config.SessionTimeoutMs.Value / 3));
        }
    }

    private void Common(ClientConfig config)
    {
        config.BootstrapServers = options.BootstrapServers;
        config.ClientId = options.ClientId ?? "eventfabric";
        config.SecurityProtocol = KafkaSettings.Protocol(options);
        if (KafkaSettings.IsSasl(options))
        {
            config.SaslMechanism = KafkaSettings.Mechanism(options);
            config.SaslUsername = options.Username;
            config.SaslPassword = options.Password;
        }

        config.SslCaLocation = options.CaFile;
        config.SslCertificateLocation = options.CertificateFile;
        config.SslKeyLocation = options.KeyFile;
        config.SslKeyPassword = options.KeyPassword;
        config.ReconnectBackoffMs = 100;
        config.ReconnectBackoffMaxMs = 2000;
        config.TopicMetadataRefreshIntervalMs = 60_000;
    }

    /// <summary>Last: what somebody wrote is not overwritten by a default of ours. What must not be changed was refused already.</summary>
    private void SetProperties(ClientConfig config)
    {
        foreach (var (name, value) in options.Properties)
            config.Set(name, value);
    }

    private static void Set(ClientConfig config, string name, long value) => config.Set(name, Math.Min(value, 1_000_000_000).ToString(CultureInfo.InvariantCulture));
}
