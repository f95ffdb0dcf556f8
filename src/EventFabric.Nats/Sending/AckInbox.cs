using System.Buffers;
using System.Globalization;
using NATS.Client.Core;

namespace EventFabric.Nats.Sending;

/// <summary>
/// Where the server's answers to a sender's records arrive: one subscription, a subject for each record under way. A subject is used again only after its
/// answer; one that was given up gets another number, so that a late answer finds nobody.
/// </summary>
internal sealed class AckInbox : NatsSubBase
{
    private readonly object _sync = new();
    private readonly Slot[] _slots;
    private readonly int[] _free;
    private readonly string _prefix;
    private readonly Action<Sent, PubAck> _answered;
    private readonly Action<Sent> _unheard;
    private int _freeCount;
    private bool _closed;

    /// <param name="connection">The client's.</param>
    /// <param name="prefix">A subject of one's own, with a dot at its end.</param>
    /// <param name="size">The most records under way.</param>
    /// <param name="answered">Gets an answer. On the thread that reads from the socket.</param>
    /// <param name="unheard">Nobody listens on the record's subject. On the same thread.</param>
    internal AckInbox(INatsConnection connection, string prefix, int size, Action<Sent, PubAck> answered, Action<Sent> unheard)
        : base(connection, connection.SubscriptionManager, prefix + "*", queueGroup: null, opts: null)
    {
        (_prefix, _answered, _unheard) = (prefix, answered, unheard);
        _slots = new Slot[size];
        _free = new int[size];
        for (var i = 0; i < size; i++)
            _free[i] = size - 1 - i;
        _freeCount = size;
    }

    /// <summary>Whether anything is under way.</summary>
    private bool HasOpen
    {
        get
        {
            lock (_sync)
                return _freeCount < _slots.Length;
        }
    }

    /// <summary>A subject for the answer; null: too many are under way, or no answer would come.</summary>
    internal string? Rent(in Sent sent)
    {
        lock (_sync)
        {
            if (_freeCount == 0 || _closed)
                return null;
            ref var slot = ref _slots[_free[--_freeCount]];
            slot.Sent = sent;
            slot.IsUsed = true;
            return slot.Subject ??= Name(_free[_freeCount], slot.Generation);
        }
    }

    /// <summary>Lends nothing any more.</summary>
    internal void Close()
    {
        lock (_sync)
            _closed = true;
    }

    /// <summary>Nothing was sent with this subject.</summary>
    internal void Abandon(string subject)
    {
        if (TryParse(subject, out var index, out _))
            _ = TryAbandon(index, static _ => true, out _);
    }

    /// <summary>Gives up what is older than a time, or all of it.</summary>
    internal IEnumerable<Sent> AbandonOlder(long than)
    {
        for (var i = 0; i < _slots.Length && HasOpen; i++)
        {
            if (TryAbandon(i, sent => sent.At <= than, out var sent))
                yield return sent;
        }
    }

    protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        if (!TryTake(subject, out var sent))
            return default;
        // An answer without a body is a status: nobody listens on the record's subject.
        if (payloadBuffer.IsEmpty)
            _unheard(sent);
        else
            _answered(sent, PubAck.Parse(payloadBuffer));
        return default;
    }

    protected override void TryComplete()
    {
        // Nothing waits here.
    }

    private bool TryTake(string subject, out Sent sent)
    {
        sent = default;
        if (!TryParse(subject, out var index, out var generation))
            return false;
        lock (_sync)
        {
            ref var slot = ref _slots[index];
            if (!slot.IsUsed || slot.Generation != generation)
                return false;
            sent = slot.Sent;
            Free(index, ref slot);
            return true;
        }
    }

    private bool TryAbandon(int index, Predicate<Sent> which, out Sent sent)
    {
        lock (_sync)
        {
            ref var slot = ref _slots[index];
            sent = slot.Sent;
            if (!slot.IsUsed || !which(sent))
                return false;
            slot.Generation++;
            slot.Subject = null;
            Free(index, ref slot);
            return true;
        }
    }

    private void Free(int index, ref Slot slot)
    {
        slot.IsUsed = false;
        slot.Sent = default;
        _free[_freeCount++] = index;
    }

    private string Name(int index, long generation) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{(generation * _slots.Length) + index}");

    private bool TryParse(string subject, out int index, out long generation)
    {
        (index, generation) = (0, 0);
        if (subject.Length <= _prefix.Length || !long.TryParse(subject.AsSpan(_prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        index = (int)(number % _slots.Length);
        generation = number / _slots.Length;
        return true;
    }

    private struct Slot
    {
        internal Sent Sent;
        internal string? Subject;
        internal long Generation;
        internal bool IsUsed;
    }
}
