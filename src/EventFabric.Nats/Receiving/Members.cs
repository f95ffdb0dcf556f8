using System.Buffers;
using EventFabric.Nats.Sending;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace EventFabric.Nats.Receiving;

/// <summary>
/// Who else is in the group, by what the members tell each other over a subject. A hint and no lock: who wrongly thinks a partition its own is kept out by the
/// server, which delivers to one owner.
/// </summary>
internal sealed class Members : NatsSubBase
{
    private const int MaxMembers = 1024;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly object _sync = new();
    private readonly Dictionary<string, Seen> _others = new(StringComparer.Ordinal);
    private readonly NatsLink _link;
    private readonly TimeSpan _session;
    private readonly Action _changed;
    private readonly string _id = Guid.CreateVersion7().ToString("N");
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<int> _held = [];
    private long _joined;
    private long _beat;

    internal Members(NatsLink link, string subject, TimeSpan session, Action changed)
        : base(link.Connection, link.Connection.SubscriptionManager, subject, queueGroup: null, opts: null)
    {
        (_link, _session, _changed) = (link, session, changed);
        _joined = link.Time.GetTimestamp();
    }

    internal string Id => _id;

    /// <summary>How long a member may be silent.</summary>
    internal TimeSpan Session => _session;

    /// <summary>Whether the others had time to say that they are there.</summary>
    internal bool IsSettled => _link.Time.GetElapsedTime(_joined) >= (_session / 3 < Settling ? _session / 3 : Settling);

    internal IReadOnlyCollection<string> All
    {
        get
        {
            lock (_sync)
                return [_id, .. _others.Keys];
        }
    }

    /// <summary>Whether another member says that it has a partition.</summary>
    internal bool IsHeld(int partition)
    {
        lock (_sync)
            return _others.Values.Any(other => other.Held.Contains(partition));
    }

    /// <summary>Tells the others which partitions are ours.</summary>
    internal void Hold(IReadOnlyList<int> partitions)
    {
        lock (_sync)
            _held = partitions;
        Beat();
    }

    /// <summary>
    /// Begins to listen, and says that we are here. A member that does not hear itself hears nobody and is heard by nobody: each would take the partitions of the
    /// others for free.
    /// </summary>
    /// <exception cref="NatsJSApiException">The word did not come back.</exception>
    internal async Task JoinAsync(CancellationToken cancellationToken)
    {
        await _link.Connection.AddSubAsync(this, cancellationToken).ConfigureAwait(false);
        Join();
        try
        {
            await _heard.Task.WaitAsync(Patience, _link.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await DisposeAsync().ConfigureAwait(false);
            if (error is TimeoutException && _link.IsOpen)
                throw NatsErrors.NotHeard(Subject);
            throw;
        }
    }

    /// <summary>Begins anew: who is there has to say so again.</summary>
    internal void Join()
    {
        _joined = _link.Time.GetTimestamp();
        Beat();
    }

    /// <summary>Tells the others that we are here, when it is time, and forgets who has been silent.</summary>
    internal void Tick()
    {
        var isGone = false;
        lock (_sync)
        {
            foreach (var (id, seen) in _others.ToArray())
            {
                if (_link.Time.GetElapsedTime(seen.At) > _session)
                    isGone |= _others.Remove(id);
            }
        }

        if (_link.Time.GetElapsedTime(_beat) >= _session / 3)
            Beat();
        if (isGone)
            _changed();
    }

    internal Task LeaveAsync() => SayAsync(new MemberWord(_id, IsLeaving: true, []));

    protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        if (MemberWord.Parse(payloadBuffer) is not { } word)
            return default;
        if (word.Id == _id)
        {
            _heard.TrySetResult();
            return default;
        }

        bool isNew, isChanged;
        lock (_sync)
        {
            isNew = !word.IsLeaving && !_others.ContainsKey(word.Id) && _others.Count < MaxMembers;
            isChanged = word.IsLeaving ? _others.Remove(word.Id) : isNew || IsOtherHeld(word);
            if (!word.IsLeaving && (isNew || _others.ContainsKey(word.Id)))
                _others[word.Id] = new Seen(_link.Time.GetTimestamp(), word.Held);
        }

        if (isNew)
            Beat();
        if (isChanged)
            _changed();
        return default;
    }

    protected override void TryComplete()
    {
        // Nothing waits here.
    }

    private bool IsOtherHeld(MemberWord word) => _others.TryGetValue(word.Id, out var seen) && !seen.Held.SequenceEqual(word.Held);

    private void Beat()
    {
        _beat = _link.Time.GetTimestamp();
        IReadOnlyList<int> held;
        lock (_sync)
            held = _held;
        _ = SayAsync(new MemberWord(_id, IsLeaving: false, held));
    }

    private async Task SayAsync(MemberWord word)
    {
        if (!_link.IsOpen)
            return;
        try
        {
            await _link.Connection.PublishAsync(Subject, (ReadOnlyMemory<byte>)word.ToBytes(), serializer: BodySerializer.Instance).ConfigureAwait(false);
        }
        catch (Exception error) when (error is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            // Said again at the next beat.
        }
    }

    private readonly record struct Seen(long At, IReadOnlyList<int> Held);
}
