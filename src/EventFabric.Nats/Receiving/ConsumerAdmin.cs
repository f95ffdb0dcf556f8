using System.Globalization;
using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Topology;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventFabric.Nats.Receiving;

/// <summary>The consumers of one group on one stream. A group is made when its first member joins, as on other brokers.</summary>
internal sealed class ConsumerAdmin(NatsLink link, StreamRef stream, ChannelPlan plan, TimeSpan lease)
{
    /// <summary>The priority group of consumers that have one owner.</summary>
    internal const string OwnerGroup = "owner";

    private const int MostApart = 250;
    private const int MostAtOnce = 16;

    /// <summary>
    /// What is not acknowledged stays with its owner: no lease ends, and no record comes again, before the next owner takes over. The owner is replaced by word of
    /// the members, not by the clock of the server.
    /// </summary>
    private static readonly TimeSpan NoLease = TimeSpan.FromHours(24);

    private readonly string _group = plan.Group ?? "";

    internal string Stream => stream.Name;

    internal string Group => _group;

    /// <summary>The consumer that all members share.</summary>
    internal async Task<string> SharedAsync(CancellationToken cancellationToken) =>
        await EnsureAsync(Shared(), await NamesAsync(cancellationToken).ConfigureAwait(false), known: null, cancellationToken).ConfigureAwait(false);

    /// <summary>Says of partitions which consumer is the group's newest, with one question for all; those that are missing are made.</summary>
    internal async Task FindAsync(IReadOnlyCollection<Partition> partitions, CancellationToken cancellationToken)
    {
        if (partitions.Count == 0)
            return;
        var names = await NamesAsync(cancellationToken).ConfigureAwait(false);
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            partitions,
            atOnce,
            async (partition, token) => partition.Consumer = await EnsureAsync(Of(partition.Index), names, partition.Consumer, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Moves the group: a new consumer begins where it is told, and the old one is gone, which the other members hear.</summary>
    /// <returns>The new consumer.</returns>
    internal async Task<string> MoveSharedAsync(StartPosition to, CancellationToken cancellationToken) =>
        await MoveAsync(Shared(), await NamesAsync(cancellationToken).ConfigureAwait(false), to, cancellationToken).ConfigureAwait(false);

    /// <summary>Moves the group in partitions.</summary>
    internal async Task MoveAsync(IReadOnlyCollection<Partition> partitions, StartPosition to, CancellationToken cancellationToken)
    {
        var names = await NamesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var partition in partitions)
            partition.Consumer = await MoveAsync(Of(partition.Index), names, to, cancellationToken).ConfigureAwait(false);
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
        return (await link.JetStream.CreateConsumerAsync(stream.Name, Start(config, plan.Start), cancellationToken).ConfigureAwait(false)).Info;
    }

    internal async Task<ConsumerInfo> InfoAsync(string consumer, CancellationToken cancellationToken) =>
        (await link.JetStream.GetConsumerAsync(stream.Name, consumer, cancellationToken).ConfigureAwait(false)).Info;

    /// <summary>Why a consumer does not answer: it is gone, or its stream is.</summary>
    /// <returns>Null: it is there, or nobody knows just now.</returns>
    internal async Task<Exception?> FindLossAsync(string consumer)
    {
        try
        {
            await InfoAsync(consumer, link.UntilDown).ConfigureAwait(false);
        }
        catch (NatsJSApiException error) when (NatsErrors.Classify(error).Kind == ErrorKind.NotFound)
        {
            return NatsErrors.Is(error, NatsErrors.StreamNotFound) ? NatsErrors.NoStream(stream.Name, stream.Address) : NatsErrors.NoConsumer(stream.Name, consumer);
        }
        catch (Exception error) when (error is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            // Asked again with the next pull that nobody answers.
        }

        return null;
    }

    /// <summary>Puts a partition's consumer back to what was acknowledged: what was delivered since comes again, in order.</summary>
    /// <returns>The number of the last delivery that was acknowledged: the next one that is delivered has the number behind it.</returns>
    internal async Task<long> ResetAsync(string consumer, CancellationToken cancellationToken) =>
        (long)(await link.JetStream.ResetConsumerAsync(stream.Name, consumer, 0, cancellationToken).ConfigureAwait(false)).AckFloor.ConsumerSeq;

    /// <summary>Frees a partition's consumer of its owner.</summary>
    internal async Task UnpinAsync(string consumer, CancellationToken cancellationToken) =>
        await link.JetStream.UnpinConsumerAsync(stream.Name, consumer, OwnerGroup, cancellationToken).ConfigureAwait(false);

    private ConsumerConfig Shared() => Unbounded(new ConsumerConfig(NatsNames.Consumer(_group))
    {
        FilterSubject = NatsNames.AllPartitions(stream.Address),
        AckPolicy = ConsumerConfigAckPolicy.Explicit,
        AckWait = lease,
    });

    private ConsumerConfig Of(int partition) => Unbounded(new ConsumerConfig(NatsNames.Consumer(_group, partition))
    {
        FilterSubject = stream.Subjects[partition],
        AckPolicy = ConsumerConfigAckPolicy.All,
        AckWait = NoLease,
        PriorityGroups = [OwnerGroup],
        PriorityPolicy = ConsumerConfigPriorityPolicy.PinnedClient,
        PinnedTTL = NoLease,
    });

    /// <param name="wanted">The consumer, named as if the group had never been moved.</param>
    /// <param name="names">All consumers of the stream.</param>
    /// <param name="known">One that was found before, and need not be looked at again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<string> EnsureAsync(ConsumerConfig wanted, HashSet<string> names, string? known, CancellationToken cancellationToken)
    {
        wanted.DurableName = wanted.Name = NatsNames.Generation(wanted.DurableName!, Moves(wanted.DurableName!, names));
        var isListed = names.Contains(wanted.Name);
        if (isListed && (wanted.Name == known || await IsThereAsync(wanted, cancellationToken).ConfigureAwait(false)))
            return wanted.Name;
        if (!link.Server.CreatesOnce)
        {
            // Servers before 2.10 have been seen with a consumer that answered no pull after two members had made it at the same moment: there nobody makes one at
            // the moment at which others do.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(MostApart)), link.Time, cancellationToken).ConfigureAwait(false);
            if (await IsThereAsync(wanted, cancellationToken).ConfigureAwait(false))
                return wanted.Name;
        }

        await CreateAsync(Start(wanted, plan.Start), cancellationToken).ConfigureAwait(false);
        return wanted.Name;
    }

    private async Task<bool> IsThereAsync(ConsumerConfig wanted, CancellationToken cancellationToken)
    {
        try
        {
            Check(await InfoAsync(wanted.Name!, cancellationToken).ConfigureAwait(false), wanted);
            return true;
        }
        catch (NatsJSApiException error) when (NatsErrors.Is(error, NatsErrors.ConsumerNotFound))
        {
            return false;
        }
    }

    private async Task<string> MoveAsync(ConsumerConfig wanted, HashSet<string> names, StartPosition to, CancellationToken cancellationToken)
    {
        var consumer = wanted.DurableName!;
        var moves = Moves(consumer, names);
        wanted.DurableName = wanted.Name = NatsNames.Generation(consumer, moves + 1);
        // The new one is there before the old one goes: whoever looks in between finds a position.
        await CreateAsync(Start(wanted, to), cancellationToken).ConfigureAwait(false);
        await link.JetStream.DeleteConsumerAsync(stream.Name, NatsNames.Generation(consumer, moves), cancellationToken).ConfigureAwait(false);
        return wanted.Name;
    }

    /// <summary>The names, which the server knows in full; a list with the state of each may miss those that do not answer in time.</summary>
    private async Task<HashSet<string>> NamesAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var name in link.JetStream.ListConsumerNamesAsync(stream.Name, cancellationToken).ConfigureAwait(false))
            names.Add(name);
        return names;
    }

    /// <summary>How often the group has been moved: the newest of its consumers counts.</summary>
    private static int Moves(string consumer, HashSet<string> names) => Math.Max(0, names.Max(name => (int?)NatsNames.Moves(consumer, name)) ?? 0);

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
        catch (NatsJSApiException error) when (NatsErrors.Is(error, NatsErrors.ConsumersExceeded))
        {
            throw NatsErrors.BeyondLimit(
                error,
                $"The consumer \"{wanted.Name}\" of the stream \"{stream.Name}\"",
                $"The group \"{_group}\" needs one for each partition where it is ordered ({stream.Partitions} of Channels:{plan.Name}), else one. Raise max_consumers of the account or the stream at the server, or delete consumers that nobody uses.");
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
            throw Refuse(found, "ack_wait", $"{config.AckWait}", wanted.PriorityGroups is null ? $"{wanted.AckWait} (the setting Lease)" : $"{wanted.AckWait}");
        if (config.PriorityPolicy != wanted.PriorityPolicy || config.PriorityGroups?.FirstOrDefault() != wanted.PriorityGroups?.FirstOrDefault())
            throw Refuse(found, "priority_policy", Policy(config), Policy(wanted));
        if (wanted.PinnedTTL > config.PinnedTTL)
            throw Refuse(found, "priority_timeout", $"{config.PinnedTTL}", $"{wanted.PinnedTTL}");
        CheckRest(found, config);
    }

    private void CheckRest(ConsumerInfo found, ConsumerConfig config)
    {
        if (config.DeliverSubject is { Length: > 0 } subject)
            throw Refuse(found, "deliver_subject", subject, "none: a consumer that is pulled from");
        if (config.HeadersOnly)
            throw Refuse(found, "headers_only", "true", "false: events have bodies");
        if (config.Backoff is { Count: > 0 })
            throw Refuse(found, "backoff", string.Join(' ', config.Backoff), "none: leases would end early or late");
        if (config.InactiveThreshold > TimeSpan.Zero)
            throw Refuse(found, "inactive_threshold", $"{config.InactiveThreshold}", "none: the group's position would go with the last member");
    }

    private static string Policy(ConsumerConfig config) => config.PriorityGroups is { Count: > 0 } groups ? $"{config.PriorityPolicy} of {string.Join(' ', groups)}" : "none";

    private NatsJSApiException Refuse(ConsumerInfo found, string property, string actual, string needed) => new(new ApiError
    {
        Code = 400,
        ErrCode = 0,
        Description = $"The consumer \"{found.Name}\" of the stream \"{stream.Name}\" has {property} {actual}; the group \"{_group}\" needs {needed}. Delete the consumer, or change it.",
    });

    private static ConsumerConfig Unbounded(ConsumerConfig config)
    {
        config.MaxAckPending = -1;
        config.MaxDeliver = -1;
        return config;
    }

    private static ConsumerConfig Start(ConsumerConfig config, StartPosition start)
    {
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
