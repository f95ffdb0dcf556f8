using System.Diagnostics;
using System.Text;
using EventFabric.Nats.Addressing;
using EventFabric.Nats.Tests.Fixtures;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventFabric.Nats.Tests.Faults;

/// <summary>The server's side of a fault story, by the vendor's client. A question that nobody answers, since there is no leader, is asked again.</summary>
internal sealed class StreamSide(FaultPlan plan) : IAsyncDisposable
{
    private static readonly TimeSpan Question = TimeSpan.FromSeconds(2);

    private readonly RawNats _raw = new(plan.Url);

    internal string Stream { get; } = RawNats.StreamOf(plan.Address);

    /// <summary>The consumers of both groups.</summary>
    internal static IReadOnlyList<string> Consumers { get; } = [.. Enumerable.Range(0, FaultPlan.Partitions).Select(static partition => NatsNames.Consumer(FaultPlan.Ordered, partition)), NatsNames.Consumer(FaultPlan.Shared)];

    internal NatsJSContext JetStream => _raw.JetStream;

    /// <summary>Below which position everything is acknowledged, by partition.</summary>
    internal async Task<IReadOnlyDictionary<int, long>> OrderedAsync()
    {
        var floors = new Dictionary<int, long>();
        for (var partition = 0; partition < FaultPlan.Partitions; partition++)
            floors[partition] = await FloorAsync(NatsNames.Consumer(FaultPlan.Ordered, partition));
        return floors;
    }

    /// <summary>The same of the group without order, which has one.</summary>
    internal async Task<IReadOnlyDictionary<int, long>> SharedAsync() => new Dictionary<int, long> { [0] = await FloorAsync(NatsNames.Consumer(FaultPlan.Shared)) };

    /// <summary>The name of the server that leads the stream.</summary>
    internal async Task<string> LeaderAsync() => (await InfoAsync(static info => info.Cluster?.Leader is not null)).Cluster!.Leader!;

    /// <summary>Waits until every copy of the stream has what the leader has.</summary>
    internal Task CurrentAsync(int replicas) =>
        InfoAsync(info => info.Cluster?.Replicas is { } others && others.Count == replicas - 1 && others.All(static other => other is { Current: true, Offline: false }));

    /// <summary>Has the stream's leader step down.</summary>
    internal Task StepDownAsync() => CommandAsync($"$JS.API.STREAM.LEADER.STEPDOWN.{Stream}");

    /// <summary>Has a consumer's leader step down.</summary>
    internal Task StepDownAsync(string consumer) => CommandAsync($"$JS.API.CONSUMER.LEADER.STEPDOWN.{Stream}.{consumer}");

    /// <summary>Asks until it is answered as wanted.</summary>
    internal static async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, Func<T, bool> match, string what)
    {
        object? seen = null;
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < FaultTime.Patience; await Task.Delay(50, FaultStory.Cancel))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(FaultStory.Cancel);
            limit.CancelAfter(Question);
            try
            {
                var answer = await ask(limit.Token);
                if (match(answer))
                    return answer;
                seen = answer;
            }
            catch (Exception error) when (error is NatsException or OperationCanceledException && !FaultStory.Cancel.IsCancellationRequested)
            {
                seen = error;
            }
        }

        throw new TimeoutException($"Waited {FaultTime.Patience.TotalSeconds} s for {what}; seen: {seen}");
    }

    public ValueTask DisposeAsync() => _raw.DisposeAsync();

    private async Task<long> FloorAsync(string consumer)
    {
        var found = await AskAsync(async token => await _raw.JetStream.GetConsumerAsync(Stream, consumer, token), static _ => true, $"the position of {consumer}");
        return (long)found.Info.AckFloor.StreamSeq + 1;
    }

    private async Task<StreamInfo> InfoAsync(Func<StreamInfo, bool> match)
    {
        var found = await AskAsync(async token => await _raw.JetStream.GetStreamAsync(Stream, cancellationToken: token), stream => match(stream.Info), "a leader and its copies");
        return found.Info;
    }

    private async Task CommandAsync(string subject) => await AskAsync(
        async token => Encoding.UTF8.GetString((await _raw.Connection.RequestAsync<byte[], byte[]>(subject, "{}"u8.ToArray(), cancellationToken: token)).Data ?? []),
        static answer => answer.Contains("\"success\":true", StringComparison.Ordinal),
        subject);
}
