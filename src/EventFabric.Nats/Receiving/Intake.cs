using System.Buffers;
using EventFabric.Drivers;

namespace EventFabric.Nats.Receiving;

/// <summary>
/// What has arrived and was not handed over. Filled on the thread that reads from the socket, emptied on one of the pool: what arrives in between goes along.
/// </summary>
internal sealed class Intake(BatchPool pool) : IThreadPoolWorkItem
{
    private readonly object _sync = new();
    private NatsBatch? _filling;
    private NatsBatch? _stranded;
    private bool _queued;

    internal ReceiveSlot Slot { get; } = new();

    internal BatchPool Pool { get; } = pool;

    /// <summary>How many records wait.</summary>
    internal int Waiting
    {
        get
        {
            lock (_sync)
                return _filling?.Count ?? 0;
        }
    }

    /// <summary>How much memory they hold.</summary>
    internal long WaitingBytes
    {
        get
        {
            lock (_sync)
                return _filling?.Held ?? 0;
        }
    }

    /// <summary>Adds a record, if its tenure still takes any, and has it handed over.</summary>
    internal void Add(in RecordRef record, in AckSubject ack, in ReadOnlySequence<byte> headers, in ReadOnlySequence<byte> body, Func<bool>? takes = null)
    {
        lock (_sync)
        {
            if (takes?.Invoke() != false)
                (_filling ??= Pool.Rent()).Add(record, ack, headers, body);
        }

        Offer();
    }

    /// <summary>What settling those that wait needs.</summary>
    internal RecordRef[] References()
    {
        lock (_sync)
            return _filling?.References() ?? [];
    }

    /// <summary>Has the records handed over soon, if somebody waits for them.</summary>
    private void Offer()
    {
        if (Slot.Wanted == 0)
            return;
        lock (_sync)
        {
            if (_queued)
                return;
            _queued = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Hands over what there is and what is wanted.</summary>
    internal void HandOver()
    {
        lock (_sync)
        {
            var wanted = Slot.Wanted;
            if (wanted == 0 || _filling is not { Count: > 0 } filling)
                return;
            var batch = filling.Count <= wanted ? filling : filling.SplitOff(wanted);
            if (batch == filling)
                _filling = null;
            batch.SetLease();
            // Nobody waits any more: stopped. The records go where those go that were never handed over.
            if (!Slot.TryComplete(batch))
                _stranded = batch;
        }
    }

    /// <summary>Drops what waits of a tenure.</summary>
    internal void Remove(Ownership owner)
    {
        lock (_sync)
            _filling?.Remove(owner);
    }

    /// <summary>Takes all that waits away, in its order; the caller recycles it.</summary>
    internal NatsBatch[] TakeAll()
    {
        lock (_sync)
        {
            NatsBatch?[] all = [_stranded, _filling];
            (_stranded, _filling) = (null, null);
            return [.. all.OfType<NatsBatch>()];
        }
    }

    public void Execute()
    {
        lock (_sync)
            _queued = false;
        HandOver();
    }
}
