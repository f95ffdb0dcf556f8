using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Receiving;

// Errors of the client, positions that the broker no longer has, seeks, lag and browsing. Poll thread.
internal sealed partial class PollLoop
{
    private void OnConsumeError(ConsumeException error)
    {
        var kind = KafkaErrors.Classify(error.Error).Kind;
        if (error.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange or ErrorCode.Local_NoOffset)
        {
            Recover(error);
        }
        else if (error.Error.IsFatal || kind is ErrorKind.NotFound or ErrorKind.Unauthorized or ErrorKind.Fenced or ErrorKind.Fatal)
        {
            // Nothing comes by itself any more: who waits is told, the state first, and opens again.
            Tell(ChannelState.Failed, error);
            Demand.Fail(error);
        }
        else
        {
            Tell(ChannelState.Degraded, error);
        }
    }

    private void OnError(Error error)
    {
        if (error.IsFatal)
        {
            Tell(ChannelState.Failed, new KafkaException(error));
            Demand.Fail(new KafkaException(error));
        }
        else if (error.Code == ErrorCode.Local_AllBrokersDown)
        {
            _health.Down(error);
            Tell(ChannelState.Degraded, new KafkaException(error));
            _health.WhenReady(() => RunAsync(TellMembership));
        }
    }

    /// <summary>
    /// The group's position is one that the broker does not have: retention went over it, or the topic is another. The client is silent about that partition
    /// from here on: it is taken anew at the first record that is there, and what is missing is said aloud. Also where the position lies above the end: the topic
    /// was made anew or cut back, and what stands below the position now is not what was handled.
    /// </summary>
    private void Recover(ConsumeException error)
    {
        var partition = error.ConsumerRecord?.TopicPartition ?? new TopicPartition(_plan.Address, Partition.Any);
        if (Tenures.Find(partition.Partition) is not { } tenure)
            return;
        try
        {
            var marks = _starts.Marks(partition);
            var known = Consumer.Committed([partition], Timeout)[0].Offset;
            var at = tenure.Stored >= 0 ? tenure.Stored : known.Value;
            var to = known.IsSpecial && tenure.Stored < 0 ? _starts.Begin([partition], _plan.Start)[0].Offset.Value : at >= marks.Low.Value && at <= marks.High.Value ? at : marks.Low.Value;
            if (!known.IsSpecial || tenure.Stored >= 0)
                KafkaLog.OutOfRange(_logger, _plan.Address, partition.Partition.Value, at, marks.Low.Value, marks.High.Value, to, Math.Max(0, to - at));
            Retake(tenure, to, error);
        }
        catch (KafkaException failure)
        {
            Tell(ChannelState.Failed, failure);
            Demand.Fail(failure);
        }
    }

    private void Retake(Tenure tenure, long offset, Exception cause)
    {
        var target = new TopicPartitionOffset(tenure.Partition, offset);
        Tenures.End([tenure]);
        DropFetched([tenure]);
        _events.Lost([tenure.Owner], cause);
        Tell(ChannelState.Degraded, cause);
        Consumer.IncrementalUnassign([tenure.Partition]);
        Consumer.IncrementalAssign([target]);
        _events.Assigned([Tenures.Begin(tenure.Partition).Owner]);
        _pins.Add(target);
        Pin();
        TellMembership();
    }

    /// <summary>Moves this member's partitions. The engine has stopped and drained.</summary>
    internal void Seek(StartPosition to)
    {
        var moving = Tenures.All();
        var targets = _starts.Resolve([.. moving.Select(static tenure => tenure.Partition)], to);
        foreach (var target in targets)
        {
            var tenure = Tenures.Find(target.Partition)!;
            Tenures.End([tenure]);
            DropFetched([tenure]);
        }

        Consumer.IncrementalUnassign(targets.Select(static target => target.TopicPartition));
        Consumer.IncrementalAssign(targets);
        _events.Assigned([.. targets.Select(target => Tenures.Begin(target.TopicPartition).Owner)]);
        _pins.AddRange(targets);
        Pin();
    }

    /// <summary>Records between what is settled and the end, by partition.</summary>
    internal List<PartitionLag> ReadLag()
    {
        var lags = new List<PartitionLag>();
        foreach (var tenure in Tenures.All())
        {
            var marks = _starts.Marks(tenure.Partition);
            var at = tenure.Stored >= 0 ? tenure.Stored : Consumer.Committed([tenure.Partition], Timeout)[0].Offset.Value;
            lags.Add(new PartitionLag(tenure.Owner.Partition, Math.Max(0, marks.High.Value - Math.Max(at, marks.Low.Value)), null));
        }

        return lags;
    }

    private void BeginBrowse()
    {
        var targets = _starts.Resolve([.. Enumerable.Range(0, _partitions).Select(index => new TopicPartition(_plan.Address, index))], _plan.Start);
        foreach (var target in targets)
        {
            var tenure = Tenures.Begin(target.TopicPartition);
            tenure.End = _starts.Marks(target.TopicPartition).High.Value;
            tenure.IsRead = target.Offset.Value >= tenure.End;
        }

        _events.Assigned(Owners(Tenures.All()));
        Consumer.Assign(targets);
        Tell(ChannelState.Ready, null);
    }

    /// <summary>Whether every partition was read up to where it ended at open.</summary>
    private bool IsBrowsed() => _batch.Count == 0 && Array.TrueForAll(Tenures.All(), static tenure => tenure.IsRead);

    /// <summary>Positions have holes: the last record need not stand just before the end. The client says when it has come there.</summary>
    private void Browsed(ConsumeResult<Slice, Slice> result)
    {
        if (Tenures.Find(result.Partition) is { } tenure)
            tenure.IsRead |= result.IsPartitionEOF || result.Offset.Value >= tenure.End - 1;
    }
}
