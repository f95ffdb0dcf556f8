using System.Globalization;
using System.Text;
using EventFabric.Drivers;
using EventFabric.Publishing;
using EventFabric.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EventFabric.Tests.Publishing;

/// <summary>Many callers, a broker that answers on other threads, now and then in vain, on the real thread pool and clock.</summary>
public sealed class PublishChaosTests
{
    private const int Callers = 4;
    private const int PerCaller = 400;
    private const int MaxPending = 32;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_publish_ends_once_and_a_key_stays_in_order(int seed)
    {
        var broker = new ChaosBroker(seed);
        var timeout = TimeSpan.FromSeconds(60);
        var plan = new ChannelPlan(
            "orders", "shop.orders", null, ChannelRole.Main, ReceiveMode.Consume, OrderingMode.None, StartPosition.Earliest, 0, 0, timeout, timeout, null);
        var channel = new ChannelPublisher(
            broker.Connection, plan, new ChannelPublisherSettings(timeout, MaxPending, 100_000, Prepare: null, Seed: seed), new ThreadPoolScheduler(TimeProvider.System), NullLogger.Instance);
        var events = new ChannelRig();
        var publishes = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            List<(string Body, Task<PublishResult> Task)> mine = [];
            for (var i = 0; i < PerCaller; i++)
            {
                // One key for each caller: its order is the order of these calls.
                var body = $"{caller.ToString(CultureInfo.InvariantCulture)}:{i.ToString(CultureInfo.InvariantCulture)}";
                mine.Add((body, channel.PublishAsync(events.Event(body, $"k{caller}"), CancellationToken.None).AsTask()));
                if (i % 50 == 49)
                    await ((Task)Task.WhenAll(mine.Select(static publish => publish.Task))).WaitAsync(timeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return mine;
        }))).WaitAsync(timeout);
        await channel.DisposeAsync().AsTask().WaitAsync(timeout);

        var stored = broker.Stored;
        foreach (var (body, task) in publishes.SelectMany(static mine => mine))
        {
            Assert.True(task.IsCompleted, $"Seed {seed}: {body} never ended.");
            Assert.True(task.IsCompletedSuccessfully == stored.Contains(body), $"Seed {seed}: {body} ended as {task.Status}, {task.Exception?.InnerException?.Message}.");
        }

        foreach (var key in stored.GroupBy(static body => body.Split(':')[0]))
        {
            var numbers = key.Select(static body => int.Parse(body.Split(':')[1], CultureInfo.InvariantCulture)).ToList();
            Assert.True(numbers.SequenceEqual(numbers.Distinct().Order()), $"Seed {seed}: key {key.Key} is stored as {string.Join(' ', numbers)}.");
        }

        Assert.InRange(broker.MostUnderWay, 1, MaxPending);
        Assert.True(broker.Failures > 0, $"Seed {seed}: nothing failed.");
    }

    /// <summary>Stores in the order of the starts; what stands behind a failed record of its key is left out, as drivers must.</summary>
    private sealed class ChaosBroker : ISender
    {
        private readonly Lock _sync = new();
        private readonly Random _random;
        private readonly List<string> _stored = [];
        private readonly Dictionary<string, string> _failed = [];
        private int _underWay;

        public ChaosBroker(int seed)
        {
            _random = new Random(seed);
            Connection = new ScriptedBroker { Sender = this };
        }

        public ScriptedBroker Connection { get; }

        public SendTraits Traits { get; } = ScriptedBroker.DefaultTraits with { MaxCount = 8, MaxOpenCalls = 4 };

        public IReadOnlyList<string> Stored => _stored;

        public int MostUnderWay { get; private set; }

        public int Failures { get; private set; }

        public long Measure(in OutboundRecord record) => record.Body.Length;

        public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
        {
            var answers = new List<(int Index, SendOutcome Outcome)>();
            bool inline;
            lock (_sync)
            {
                _underWay += batch.Records.Length;
                MostUnderWay = Math.Max(MostUnderWay, _underWay);
                for (var i = 0; i < batch.Records.Length; i++)
                    answers.Add((i, Decide(Encoding.UTF8.GetString(batch.Records[i].Body.Span))));
                inline = _random.Next(4) == 0;
                if (_random.Next(2) == 0)
                    _random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(answers));
            }

            var completion = batch.Completion;
            if (inline)
                Complete(batch, answers);
            else
                ThreadPool.QueueUserWorkItem(_ => Complete(batch, answers));
            return completion;
        }

        public ValueTask DisposeAsync() => default;

        private void Complete(SendBatch batch, List<(int Index, SendOutcome Outcome)> answers)
        {
            foreach (var (index, outcome) in answers)
            {
                lock (_sync)
                    _underWay--;
                batch.Complete(index, outcome);
            }
        }

        /// <summary>A failed record keeps later ones of its key out until it is sent again, or is rejected for good.</summary>
        private SendOutcome Decide(string body)
        {
            var key = body.Split(':')[0];
            if (_failed.TryGetValue(key, out var before) && before != body)
                return new SendOutcome(SendStatus.NotSent, default, null);
            _failed.Remove(key);
            switch (_random.Next(60))
            {
                case 0:
                    Failures++;
                    _failed[key] = body;
                    return new SendOutcome(SendStatus.NotSent, default, new ScriptedException(ErrorKind.Transient));
                case 1:
                    Failures++;
                    return new SendOutcome(SendStatus.Rejected, default, new ScriptedException(ErrorKind.Invalid));
                default:
                    _stored.Add(body);
                    return new SendOutcome(SendStatus.Accepted, default, null);
            }
        }
    }
}
