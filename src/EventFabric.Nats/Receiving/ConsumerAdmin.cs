using System.Globalization;
using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Topology;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventFabric.Nats.Receiving;

/// <summary>The consumers of one group on one stream. A group is made when its first member joins, as on other brokers.</summary>
internal sealed class ConsumerAdmin(NatsLink link, StreamRef stream, ChannelPlan plan, TimeSpan lease)
{
    /// <summary>The priority group of consumers that have one owner.</summary>
    internal const string OwnerGroup = "owner";

    /// <summary>
    /// What is not acknowledged stays with its owner: no lease ends, and no record comes again, before the next owner takes over. The owner is replaced by word of
    /// the members, not by the clock of the server.
    /// </summary>
    private static readonly TimeSpan NoLease = TimeSpan.FromHours(24);

    private readonly string _group = plan.Group ?? "";

    internal string Stream => stream.Name;

    internal string Group => _group;

    /// <summary>The consumer that all members share.</summary>
    internal Task<string> SharedAsync(CancellationToken cancellationToken) => EnsureAsync(
        Begin(new ConsumerConfig(NatsNames.Consumer(_group)) { FilterSubject = NatsNames.AllPartitions(stream.Address), AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = lease }),
        cancellationToken);

    /// <summary>The consumer of a partition.</summary>
    internal Task<string> PartitionAsync(int partition, CancellationToken cancellationToken)
    {
        var config = new ConsumerConfig(NatsNames.Consumer(_group, partition))
        {
            FilterSubject = stream.Subjects[partition],
            AckPolicy = ConsumerConfigAckPolicy.All,
            AckWait = NoLease,
            PriorityGroups = [OwnerGroup],
            PriorityPolicy = ConsumerConfigPriorityPolicy.PinnedClient,
            PinnedTTL = NoLease,
        };
        return EnsureAsync(Begin(config), cancellationToken);
    }

    /// <summary>A consumer that only looks, for as long as somebody does.</summary>
    internal async Task<ConsumerInfo> BrowseAsync(CancellationToken cancellationToken)
    {
        var config = new ConsumerConfig
        {
            Name = $"browse-{Guid.CreateVersion7():N}",
            FilterSubject = NatsNames.AllPartitions(stream.Address),
            AckPolicy = ConsumerConfigAckPolicy.None,
            InactiveThreshold = TimeSpan.FromMinutes(1),
            MemStorage = true,
        };
        return (await link.JetStream.CreateConsumerAsync(stream.Name, Start(config), cancellationToken).ConfigureAwait(false)).Info;
    }

    internal async Task<ConsumerInfo> InfoAsync(string consumer, CancellationToken cancellationToken) =>
        (await link.JetStream.GetConsumerAsync(stream.Name, consumer, cancellationToken).ConfigureAwait(false)).Info;

    /// <summary>Puts a partition's consumer back to what was acknowledged: what was delivered since comes again, in order.</summary>
    /// <returns>The number of the last delivery that was acknowledged: the next one that is delivered has the number behind it.</returns>
    internal async Task<long> ResetAsync(string consumer, CancellationToken cancellationToken) =>
        (long)(await link.JetStream.ResetConsumerAsync(stream.Name, consumer, 0, cancellationToken).ConfigureAwait(false)).AckFloor.ConsumerSeq;

    /// <summary>Frees a partition's consumer of its owner.</summary>
    internal async Task UnpinAsync(string consumer, CancellationToken cancellationToken) =>
        await link.JetStream.UnpinConsumerAsync(stream.Name, consumer, OwnerGroup, cancellationToken).ConfigureAwait(false);

    private async Task<string> EnsureAsync(ConsumerConfig wanted, CancellationToken cancellationToken)
    {
        var name = wanted.DurableName!;
        try
        {
            Check(await InfoAsync(name, cancellationToken).ConfigureAwait(false), wanted);
        }
        catch (NatsJSApiException error) when (NatsErrors.Is(error, NatsErrors.ConsumerNotFound))
        {
            await CreateAsync(wanted, cancellationToken).ConfigureAwait(false);
        }

        return name;
    }

    private async Task CreateAsync(ConsumerConfig wanted, CancellationToken cancellationToken)
    {
        try
        {
            await link.JetStream.CreateConsumerAsync(stream.Name, wanted, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSApiException error) when (NatsErrors.Is(error, NatsErrors.ConsumerExists) || NatsErrors.Is(error, NatsErrors.ConsumerNameInUse))
        {
            // Another member did it first.
            Check(await InfoAsync(wanted.DurableName!, cancellationToken).ConfigureAwait(false), wanted);
        }
    }

    /// <summary>A consumer of that name which was made otherwise loses events, or their order.</summary>
    private void Check(ConsumerInfo found, ConsumerConfig wanted)
    {
        var config = found.Config;
        if (config.MaxDeliver > 0)
            throw Refuse(found, "max_deliver", Text(config.MaxDeliver), "-1: what was delivered that often would never come again");
        if (config.AckPolicy != wanted.AckPolicy)
            throw Refuse(found, "ack_policy", $"{config.AckPolicy}", $"{wanted.AckPolicy}");
        if (config.FilterSubject != wanted.FilterSubject)
            throw Refuse(found, "filter_subject", config.FilterSubject ?? "", wanted.FilterSubject ?? "");
        if (config.AckWait != wanted.AckWait)
            throw Refuse(found, "ack_wait", $"{config.AckWait}", $"{wanted.AckWait} (the setting Lease)");
    }

    private NatsJSApiException Refuse(ConsumerInfo found, string property, string actual, string needed) => new(new ApiError
    {
        Code = 400,
        ErrCode = 0,
        Description = $"The consumer \"{found.Name}\" of the stream \"{stream.Name}\" has {property} {actual}; the group \"{_group}\" needs {needed}. Delete the consumer, or change it.",
    });

    private ConsumerConfig Begin(ConsumerConfig config)
    {
        config.MaxAckPending = -1;
        config.MaxDeliver = -1;
        return Start(config);
    }

    private ConsumerConfig Start(ConsumerConfig config)
    {
        var start = plan.Start;
        switch (start.Kind)
        {
            case StartKind.Latest:
                config.DeliverPolicy = ConsumerConfigDeliverPolicy.New;
                break;
            case StartKind.Time:
                config.DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime;
                config.OptStartTime = start.Time!.Value;
                break;
            case StartKind.Position:
                config.DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence;
                config.OptStartSeq = (ulong)Math.Max(1, RecordPosition.From(start.Position!.Value).Major);
                break;
            default:
                config.DeliverPolicy = ConsumerConfigDeliverPolicy.All;
                break;
        }

        return config;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
