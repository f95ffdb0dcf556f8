using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Receiving;

// Partitions that come and go. All of it runs on the poll thread, inside a poll; nothing may throw: the client would give up the whole assignment.
internal sealed partial class PollLoop
{
    private readonly List<TopicPartitionOffset> _pins = [];
    private ChannelState _told = ChannelState.Connecting;

    private List<TopicPartitionOffset> OnAssigned(List<TopicPartition> partitions)
    {
        List<TopicPartitionOffset> offsets;
        try
        {
            var starts = _starts.Of(partitions, _plan.Start);
            offsets = [.. starts.Select(static start => start.Offset)];
            // A group that begins at the end must find that place again after a restart, also when nothing was settled before.
            if (_plan.Start.Kind is StartKind.Latest or StartKind.Time)
                _pins.AddRange(starts.Where(static start => start.IsNew).Select(static start => start.Offset));
        }
        catch (Exception error)
        {
            // The client asks for the group's positions itself; where there is none it says so, and the start is looked for again.
            KafkaLog.StartNotFound(_logger, _plan.Address, error);
            offsets = [.. partitions.Select(static partition => new TopicPartitionOffset(partition, Offset.Unset))];
        }

        var owners = partitions.Select(partition => Tenures.Begin(partition).Owner).ToArray();
        if (owners.Length > 0)
            _events.Assigned(owners);
        TellMembership();
        _requests.Enqueue(Pin);
        return offsets;
    }

    /// <summary>Makes starts durable. The position is stored as well, or the client's own commit would undo it.</summary>
    private void Pin()
    {
        if (_pins.Count == 0)
            return;
        try
        {
            foreach (var pin in _pins)
                Consumer.StoreOffset(pin);
            Consumer.Commit(_pins);
        }
        catch (Exception error) when (error is KafkaException or ObjectDisposedException)
        {
            KafkaLog.NotCommitted(_logger, _plan.Address, error);
        }

        _pins.Clear();
    }

    [SuppressMessage("Usage", "VSTHRD002:Avoid problematic synchronous waits", Justification = "The client gives the partitions up when its handler returns: the poll thread is there to wait.")]
    private void OnRevoked(List<TopicPartitionOffset> revoked)
    {
        var began = _time.GetTimestamp();
        var tenures = Of(revoked);
        try
        {
            DropFetched(tenures);
            if (!_closing && tenures.Length > 0)
            {
                using var grace = new CancellationTokenSource(_plan.RevokeGrace, _time);
                _events.RevokingAsync(Owners(tenures), grace.Token).AsTask().Wait(_plan.RevokeGrace + TimeSpan.FromSeconds(1));
            }

            Commit(tenures);
        }
        catch (Exception error)
        {
            KafkaLog.RebalanceFailed(_logger, _plan.Address, error);
        }

        Tenures.End(tenures);
        KafkaLog.GivenUp(_logger, _plan.Address, tenures.Length, _time.GetElapsedTime(began).TotalMilliseconds);
        TellMembership();
    }

    private void OnLost(List<TopicPartitionOffset> lost)
    {
        var tenures = Of(lost);
        Tenures.End(tenures);
        DropFetched(tenures);
        if (!_closing && tenures.Length > 0)
            _events.Lost(Owners(tenures), new KafkaException(new Error(ErrorCode.IllegalGeneration, "The group went on without this member.")));
        TellMembership();
    }

    /// <summary>Only while the partitions are ours: afterwards the broker would take it all the same, and move the next owner's position.</summary>
    private void Commit(IReadOnlyCollection<Tenure> tenures)
    {
        var positions = Tenures.Positions(tenures);
        if (Browses || positions.Count == 0)
            return;
        try
        {
            Consumer.Commit(positions);
        }
        catch (KafkaException error)
        {
            KafkaLog.NotCommitted(_logger, _plan.Address, error);
        }
    }

    private Tenure[] Of(List<TopicPartitionOffset> partitions) => [.. partitions.Select(known => Tenures.Find(known.Partition)).OfType<Tenure>()];

    private static Ownership[] Owners(IEnumerable<Tenure> tenures) => [.. tenures.Select(static tenure => tenure.Owner)];

    /// <summary>What was received and not handed over is the next owner's.</summary>
    private void DropFetched(Tenure[] tenures) => _batch.Remove(owner => Array.Exists(tenures, tenure => tenure.Owner == owner));

    private void TellMembership() => Tell(Tenures.IsEmpty ? ChannelState.Standby : ChannelState.Ready, null);

    private void Tell(ChannelState state, Exception? cause)
    {
        if (_told == state || (_closing && state != ChannelState.Failed))
            return;
        _told = state;
        _events.StateChanged(state, cause);
    }
}
