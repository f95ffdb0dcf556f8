using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Confluent.Kafka;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;

namespace EventFabric.Performance.Kafka;

/// <summary>B24 with the vendor's client: a loop that feeds 100 workers; its revoked handler waits for what is in flight, and commits.</summary>
internal sealed class RevokePeer(KafkaSupply supply, int inFlight, int workers) : IContender
{
    private readonly int _records = supply.Records;
    private readonly int _inFlight = inFlight;
    private readonly int _workers = workers;
    private string _topic = "";

    public string? Note { get; private set; }

    public async ValueTask StartAsync() => _topic = await KafkaRig.Current.SupplyAsync(supply);

    public async ValueTask<long> RunAsync(Window window)
    {
        var seen = new Duplicates(_records);
        var group = $"revoke-peer-{Guid.NewGuid():N}";
        using var stop = new CancellationTokenSource();
        var first = new Member(this, group, seen, stop.Token);
        await KafkaRevoke.UntilAsync(() => seen.Handled > _records / 10, "the first member handles");
        var second = new Member(this, group, seen, stop.Token);
        await KafkaRevoke.UntilAsync(() => first.RevokedIn is not null, "the first member gives partitions up");
        window.Latencies.Record((long)(first.RevokedIn!.Value * Stopwatch.Frequency / 1000), 1);
        await KafkaRevoke.UntilAsync(() => seen.Distinct == _records, "all is handled");
        await stop.CancelAsync();
        await Task.WhenAll(first.Running, second.Running);
        Note = FormattableString.Invariant($"given up in {first.RevokedIn:0} ms, {seen.Count} duplicates");
        return 1;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Member
    {
        private readonly RevokePeer _peer;
        private readonly Duplicates _seen;
        private readonly Channel<ConsumeResult<byte[], byte[]>> _queue;
        private readonly Dictionary<TopicPartition, Offset> _ends = [];
        private int _open;

        public Member(RevokePeer peer, string group, Duplicates seen, CancellationToken stop)
        {
            (_peer, _seen) = (peer, seen);
            _queue = Channel.CreateBounded<ConsumeResult<byte[], byte[]>>(peer._records);
            Running = Task.WhenAll([Task.Factory.StartNew(() => Read(group, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default), .. Workers()]);
        }

        public Task Running { get; }

        public double? RevokedIn { get; private set; }

        private IEnumerable<Task> Workers() => Enumerable.Range(0, _peer._workers).Select(_ => Task.Run(WorkAsync));

        private void Read(string group, CancellationToken stop)
        {
            using var consumer = new ConsumerBuilder<byte[], byte[]>(ConsumePeer.Config(group)).SetPartitionsRevokedHandler((consumer, revoked) => Revoked(consumer, revoked)).Build();
            consumer.Subscribe(_peer._topic);
            while (!stop.IsCancellationRequested)
            {
                if (Volatile.Read(ref _open) >= _peer._inFlight)
                    Thread.Sleep(1);
                else if (consumer.Consume(100) is { } result)
                    Take(result);
            }

            _queue.Writer.Complete();
            consumer.Close();
        }

        private void Take(ConsumeResult<byte[], byte[]> result)
        {
            _ends[result.TopicPartition] = result.Offset + 1;
            Interlocked.Increment(ref _open);
            _queue.Writer.TryWrite(result);
        }

        private void Revoked(IConsumer<byte[], byte[]> consumer, List<TopicPartitionOffset> revoked)
        {
            var began = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => Volatile.Read(ref _open) == 0);
            consumer.Commit(_ends.Where(end => revoked.Exists(gone => gone.TopicPartition == end.Key)).Select(static end => new TopicPartitionOffset(end.Key, end.Value)));
            RevokedIn ??= Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        private async Task WorkAsync()
        {
            await foreach (var result in _queue.Reader.ReadAllAsync())
            {
                var sequence = MemoryMarshal.Read<Reading>(result.Message.Value).Sequence;
                await Task.Delay((int)(sequence % 6));
                _seen.Add(sequence);
                Interlocked.Decrement(ref _open);
            }
        }
    }
}
