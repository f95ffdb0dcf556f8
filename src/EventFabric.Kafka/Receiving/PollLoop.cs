using System.Collections.Concurrent;
using Confluent.Kafka;
using EventFabric.Drivers;
using Microsoft.Extensions.Logging;

namespace EventFabric.Kafka.Receiving;

/// <summary>
/// The thread that polls one consumer. It polls whether or not anything is wanted, since rebalances and token refreshes happen inside a poll; what is not wanted
/// for long is paused, not left in the group's way.
/// </summary>
internal sealed partial class PollLoop
{
    /// <summary>How long nothing may be wanted before partitions are paused. A pause throws away what was fetched: not at each breath of a handler.</summary>
    private static readonly TimeSpan UntilPaused = TimeSpan.FromMilliseconds(500);

    /// <summary>Nothing ends a poll early: a stop or a new wish waits as long as this.</summary>
    private const int IdlePollMilliseconds = 20;

    private readonly ChannelPlan _plan;
    private readonly IReceiverEvents _events;
    private readonly BrokerHealth _health;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BatchPool _pool;
    private readonly SliceReader _reader = new();
    private readonly ConcurrentQueue<Action> _requests = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StartOffsets _starts;
    private readonly int _partitions;
    private KafkaBatch _batch;
    private Tenure? _taken;
    private long _lastWanted;
    private volatile bool _closing;

    internal PollLoop(ChannelPlan plan, IReceiverEvents events, ConsumerParts parts, BrokerHealth health)
    {
        (_plan, _events, _health, _time, _logger, _partitions) = (plan, events, health, parts.Time, parts.Logger, parts.Partitions);
        _pool = new BatchPool(plan.Address);
        _batch = Rent();
        Consumer = parts.Builder
            .SetKeyDeserializer(_reader)
            .SetValueDeserializer(_reader)
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => OnRevoked(partitions))
            .SetPartitionsLostHandler((_, partitions) => OnLost(partitions))
            .SetErrorHandler((_, error) => OnError(error))
            .Build();
        _starts = new StartOffsets(Consumer, Timeout);
    }

    internal IConsumer<Slice, Slice> Consumer { get; }

    internal Tenures Tenures { get; } = new();

    internal Demand Demand { get; } = new();

    internal bool Browses => _plan.Mode == ReceiveMode.Browse;

    /// <summary>For questions that are asked on the poll thread: shorter than a member may be silent.</summary>
    private TimeSpan Timeout => _plan.OperationTimeout < TimeSpan.FromSeconds(10) ? _plan.OperationTimeout : TimeSpan.FromSeconds(10);

    internal void Start() => new Thread(Run) { IsBackground = true, Name = $"kafka {_plan.Address}" }.Start();

    /// <summary>Runs on the poll thread, between two polls.</summary>
    internal Task RunAsync(Action action) => RunAsync(() =>
    {
        action();
        return true;
    });

    /// <summary>Runs on the poll thread, between two polls.</summary>
    internal Task<T> RunAsync<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Enqueue(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        Demand.Nudge();
        return _closing ? Task.FromException<T>(new ObjectDisposedException(nameof(KafkaReceiver))) : done.Task;
    }

    /// <summary>Leaves the group and ends the thread, at most within the plan's timeout: a client that cannot reach its broker ends in the background.</summary>
    internal async Task CloseAsync()
    {
        _closing = true;
        Demand.Stop();
        await _ended.Task.WaitAsync(_plan.OperationTimeout, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Tenures.End(Tenures.All());
    }

    private void Run()
    {
        try
        {
            Begin();
            while (!_closing)
                Turn();
        }
        catch (Exception error)
        {
            Tell(ChannelState.Failed, error);
            Demand.Fail(error);
        }
        finally
        {
            End();
        }
    }

    private void Begin()
    {
        _lastWanted = _time.GetTimestamp();
        if (Browses)
            BeginBrowse();
        else
            Consumer.Subscribe(_plan.Address);
    }

    private void Turn()
    {
        while (_requests.TryDequeue(out var request))
            request();
        var wanted = Demand.Wanted;
        if (wanted == 0)
        {
            Idle();
            return;
        }

        _lastWanted = _time.GetTimestamp();
        Flow(idle: false);
        Fill(wanted);
    }

    private void Idle()
    {
        var idle = Demand.IsStopped || _time.GetElapsedTime(_lastWanted) >= UntilPaused;
        if (!idle)
        {
            Demand.Wait(UntilPaused);
            return;
        }

        Flow(idle: true);
        Poll(0);
        Flow(idle: true);
        Demand.Wait(TimeSpan.FromMilliseconds(IdlePollMilliseconds));
    }

    /// <summary>Fills the batch with what is there, waiting a while for the first record, and hands it over.</summary>
    private void Fill(int wanted)
    {
        if (_batch.Count == 0)
            Poll(IdlePollMilliseconds);
        while (_batch.Count > 0 && _batch.Count < wanted && _batch.Bytes < _plan.MaxInFlightBytes && Poll(0))
        {
        }

        if (Browses && IsBrowsed())
            Demand.Stop();
        else if (_batch.Count > 0)
            HandOver();
    }

    private void HandOver()
    {
        var batch = _batch;
        if (!Demand.TryComplete(batch))
            return;
        _batch = Rent();
    }

    private KafkaBatch Rent() => _reader.Target = _pool.Rent();

    /// <summary>One call of the client, in which also rebalances happen. True: there was a record or another word of the client.</summary>
    private bool Poll(int milliseconds)
    {
        try
        {
            if (Consumer.Consume(milliseconds) is not { } result)
                return false;
            if (!result.IsPartitionEOF)
                Take(result);
            if (Browses)
                Browsed(result);
            return true;
        }
        catch (ConsumeException error)
        {
            OnConsumeError(error);
            return true;
        }
    }

    private void Take(ConsumeResult<Slice, Slice> result)
    {
        _health.Ready();
        if (TenureOf(result.Partition) is not { } tenure)
            KafkaLog.NotOurs(_logger, _plan.Address, result.Partition.Value, result.Offset.Value);
        else if (!Browses || result.Offset.Value < tenure.End)
            _batch.Add(result, tenure.Owner);
    }

    /// <summary>Records of a partition come in runs: the table and its lock are left alone while one lasts.</summary>
    private Tenure? TenureOf(Partition partition)
    {
        if (_taken is not { Owner.IsLost: false } taken || taken.Partition.Partition != partition)
            _taken = Tenures.Find(partition);
        return _taken;
    }

    /// <summary>Tells the client which partitions are to be fetched. The client keeps a pause over a re-assignment: hence the question at every tenure.</summary>
    private void Flow(bool idle)
    {
        foreach (var tenure in Tenures.All())
        {
            var pause = idle || tenure.FlowClosed;
            if (tenure.Paused == pause)
                continue;
            try
            {
                if (pause)
                    Consumer.Pause([tenure.Partition]);
                else
                    Consumer.Resume([tenure.Partition]);
                tenure.Paused = pause;
            }
            catch (KafkaException)
            {
                // The partition is on its way out; the rebalance says so.
            }
        }
    }

    private void End()
    {
        _closing = true;
        try
        {
            Commit(Tenures.All());
            Consumer.Close();
        }
        catch (Exception error)
        {
            KafkaLog.NotClosed(_logger, _plan.Address, error);
        }

        Tenures.End(Tenures.All());
        while (_requests.TryDequeue(out var request))
            request();
        Demand.Stop();
        // The group is left, and nobody need wait while the client joins its threads.
        _ended.TrySetResult();
        Consumer.Dispose();
    }
}
