using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using EventFabric.Drivers;
using EventFabric.InMemory;
using EventFabric.Scheduling;
using Xunit;
using static EventFabric.Tests.InMemory.InMemoryHarness;

namespace EventFabric.Tests.InMemory;

/// <summary>The store under real threads: senders, members and their settling at once, and a ledger of what was sent.</summary>
public sealed class ThreadsTests
{
    private const int Senders = 4;
    private const int Members = 3;
    private const int Each = 2_000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, int> _handled = new();
    private readonly ConcurrentDictionary<string, int> _newest = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public async Task Whatever_is_sent_by_many_threads_is_handled_by_many_once_and_in_the_order_of_its_key(InMemoryProfile profile)
    {
        var broker = new InMemoryBroker();
        broker.Create("a", profile == InMemoryProfile.Log ? 4 : 1);
        var connection = new InMemoryConnection(broker, new InMemoryOptions { Profile = profile }, 253_952, new ThreadPoolScheduler(TimeProvider.System));
        var receivers = new List<IReceiver>();
        var shares = Enumerable.Range(0, Members).Select(static _ => new Share()).ToArray();
        foreach (var share in shares)
            receivers.Add(await connection.OpenReceiverAsync(Plan(), share, CancellationToken.None));
        // Nothing is sent before the partitions have come to rest: from here on a second delivery is a fault.
        Assert.True(
            SpinWait.SpinUntil(() => Array.TrueForAll(shares, static share => share.Count > 0) && shares.Sum(static share => share.Count) == (profile == InMemoryProfile.Log ? 4 : Members), Deadline),
            $"The partitions were not dealt: {string.Join(", ", shares.Select(static share => share.Count))}.");
        var reading = receivers.ConvertAll(receiver => Task.Run(() => ReadAsync(receiver)));
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(connection, sender)))).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        await Task.WhenAny([_done.Task, .. reading]).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        foreach (var receiver in receivers)
            await receiver.DisposeAsync();
        await Task.WhenAll(reading).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.Empty(_violations);
        Assert.Equal(Senders * Each, _handled.Count);
        Assert.All(_handled, static one => Assert.Equal(1, one.Value));
    }

    private static async Task SendAsync(InMemoryConnection connection, int sender)
    {
        await using var open = await connection.OpenSenderAsync(Plan(group: null), CancellationToken.None);
        for (var number = 0; number < Each;)
        {
            var records = Enumerable.Range(number, Math.Min(10, Each - number)).Select(next => Record($"k{sender}-{next % 5}", $"{sender}:{next}")).ToArray();
            number += records.Length;
            await open.SendAsync(new SendBatch(records), CancellationToken.None);
        }
    }

    private async Task ReadAsync(IReceiver receiver)
    {
        while (await receiver.ReceiveAsync(50) is { } batch)
        {
            var records = batch.Records.ToArray();
            foreach (var record in records)
                Handle(Encoding.UTF8.GetString(record.Key.Span), Encoding.UTF8.GetString(record.Body.Span));
            var commands = receiver.Traits.Ack == AckMode.Cumulative
                ? records.GroupBy(static record => record.Ref.Owner).Select(static part => new SettleCommand(part.Last().Ref, SettleKind.Ack, TimeSpan.Zero)).ToArray()
                : [.. records.Select(static record => new SettleCommand(record.Ref, SettleKind.Ack, TimeSpan.Zero))];
            batch.Recycle();
            var outcomes = new SettleOutcome[commands.Length];
            await receiver.SettleAsync(commands, outcomes, CancellationToken.None);
            if (Array.Find(outcomes, static outcome => outcome.Status != SettleStatus.Applied) is { Status: not SettleStatus.Applied } refused)
                _violations.Enqueue($"a settlement was answered {refused.Status}");
            if (_handled.Count == Senders * Each)
                _done.TrySetResult();
        }
    }

    private void Handle(string key, string body)
    {
        _handled.AddOrUpdate(body, 1, static (_, count) => count + 1);
        var number = int.Parse(body.AsSpan(body.IndexOf(':', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        var before = _newest.GetValueOrDefault(key, -1);
        if (before >= number)
            _violations.Enqueue($"{key}: {number} behind {before}");
        _newest[key] = number;
    }

    /// <summary>What one member owns; it agrees to everything.</summary>
    private sealed class Share : IReceiverEvents
    {
        private readonly ConcurrentBag<Ownership> _owned = [];

        public int Count => _owned.Count(static part => !part.IsLost);

        public void Assigned(IReadOnlyList<Ownership> added)
        {
            foreach (var part in added)
                _owned.Add(part);
        }

        public ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds) => ValueTask.CompletedTask;

        public void Lost(IReadOnlyList<Ownership> gone, Exception? cause)
        {
        }

        public void StateChanged(ChannelState state, Exception? cause)
        {
        }
    }
}
