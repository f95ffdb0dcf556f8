using System.Collections.Concurrent;
using System.Collections.Immutable;
using EventFabric.Drivers;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Configuration;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventFabric.Nats.Topology;

/// <summary>Looks at streams and makes them.</summary>
internal sealed class StreamAdmin(NatsLink link)
{
    private readonly ConcurrentDictionary<string, ChannelPlan> _wanted = new(StringComparer.Ordinal);

    internal static string NameOf(ChannelPlan plan) => plan.Role == ChannelRole.Main && Settings(plan).Stream is { } name ? name : NatsNames.StreamOf(plan.Address);

    /// <summary>The stream of a channel.</summary>
    /// <exception cref="NatsJSApiException">It is not there, has other subjects, or may not be seen.</exception>
    internal async Task<StreamRef> RequireAsync(ChannelPlan plan, CancellationToken cancellationToken)
    {
        await link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var name = NameOf(plan);
        var found = await FindAsync(name, cancellationToken).ConfigureAwait(false) ?? throw NatsErrors.NoStream(name, plan.Address);
        var partitions = NatsNames.Partitions(plan.Address, found.Config.Subjects ?? []);
        if (partitions == 0)
        {
            throw new NatsJSApiException(new ApiError
            {
                Code = 400,
                ErrCode = 0,
                Description = $"The stream \"{name}\" has no subject \"{NatsNames.Subject(plan.Address, 0)}\", it has \"{string.Join(' ', found.Config.Subjects ?? [])}\": where it is another channel's, name this channel's with Channels:{plan.Name}:Nats:Stream; where it is this one's, it needs a subject for each partition (\".0\", \".1\" and so on), since a wildcard does not say how many there are.",
            });
        }

        return new StreamRef(name, plan.Address, partitions);
    }

    internal async ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken)
    {
        await link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var items = ImmutableArray.CreateBuilder<TopologyItem>();
        foreach (var plan in plans.DistinctBy(NameOf, StringComparer.Ordinal))
        {
            var name = NameOf(plan);
            _wanted.TryAdd(name, plan);
            try
            {
                var found = await FindAsync(name, cancellationToken).ConfigureAwait(false);
                items.AddRange(StreamReview.Of(name, plan, found));
            }
            catch (NatsJSApiException error) when (NatsErrors.Classify(error).Kind == ErrorKind.Unauthorized)
            {
                items.Add(new TopologyItem(name, TopologyState.Forbidden, null, null, null, Destructive: false));
            }
        }

        return items.ToImmutable();
    }

    internal async ValueTask ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken)
    {
        foreach (var name in items.Where(static item => item.State == TopologyState.Missing).Select(static item => item.Resource).Distinct(StringComparer.Ordinal))
        {
            var plan = _wanted[name];
            try
            {
                await link.JetStream.CreateStreamAsync(Specify(name, plan), cancellationToken).ConfigureAwait(false);
            }
            catch (NatsJSApiException error) when (NatsErrors.Is(error, NatsErrors.StreamNameInUse))
            {
                // Another process did it first.
            }
            catch (NatsJSApiException error) when (NatsErrors.Is(error, NatsErrors.StreamsExceeded))
            {
                throw NatsErrors.BeyondLimit(
                    error,
                    $"The stream \"{name}\" of Channels:{plan.Name}",
                    "Raise max_streams of the account at the server, delete streams that nobody uses, or give the channel a stream that is there (Nats:Stream).");
            }
            catch (NatsJSApiException error) when (NatsErrors.Classify(error).Kind == ErrorKind.Invalid)
            {
                var other = NatsErrors.Is(error, NatsErrors.SubjectOverlaps) ? await FindOtherAsync(plan, cancellationToken).ConfigureAwait(false) : null;
                throw NatsErrors.NotMade(name, plan.Name, error.Error, other);
            }
        }
    }

    /// <summary>The stream that has the channel's subjects.</summary>
    private async Task<string?> FindOtherAsync(ChannelPlan plan, CancellationToken cancellationToken)
    {
        await foreach (var name in link.JetStream.ListStreamNamesAsync(NatsNames.AllPartitions(plan.Address), cancellationToken).ConfigureAwait(false))
            return name;
        return null;
    }

    internal async Task<StreamInfo?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var began = link.Time.GetTimestamp();
        try
        {
            return (await link.JetStream.GetStreamAsync(name, cancellationToken: cancellationToken).ConfigureAwait(false)).Info;
        }
        catch (NatsJSApiException error) when (NatsErrors.Is(error, NatsErrors.StreamNotFound))
        {
            return null;
        }
        catch (NatsNoRespondersException error)
        {
            throw NatsErrors.NoJetStream(error);
        }
        catch (NatsJSApiNoResponseException) when (link.Refusals.OfApi(began) is { } refusal)
        {
            throw NatsErrors.Refused(refusal);
        }
    }

    internal static NatsChannel Settings(ChannelPlan plan) => plan.Settings as NatsChannel ?? NatsChannel.Default;

    private StreamConfig Specify(string name, ChannelPlan plan)
    {
        var settings = Settings(plan);
        var isMain = plan.Role == ChannelRole.Main;
        var partitions = settings.Partitions is { } wanted && isMain ? wanted : isMain ? NatsChannel.DefaultPartitions : 1;
        var subjects = Enumerable.Range(0, partitions).Select(partition => NatsNames.Subject(plan.Address, partition));
        return new StreamConfig(name, [.. subjects, NatsNames.DelaySubjects(plan.Address)])
        {
            Storage = settings.Storage ?? StreamConfigStorage.File,
            NumReplicas = settings.Replicas ?? 1,
            // Dead letters and the like are kept until somebody has looked at them.
            MaxAge = isMain ? settings.Retention ?? TimeSpan.Zero : TimeSpan.Zero,
            DuplicateWindow = settings.DuplicateWindow ?? Window(isMain ? settings.Retention : null),
            Retention = StreamConfigRetention.Limits,
            Discard = StreamConfigDiscard.Old,
            AllowDirect = true,
            AllowMsgTTL = link.Server.HasTtl,
            AllowMsgSchedules = link.Server.HasSchedules,
        };
    }

    /// <summary>The server refuses a window that is longer than the retention.</summary>
    private static TimeSpan Window(TimeSpan? retention)
    {
        var usual = TimeSpan.FromMinutes(2);
        return retention is { } kept && kept < usual ? kept : usual;
    }
}
