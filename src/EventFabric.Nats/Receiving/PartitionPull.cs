using System.Buffers;
using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Nats.Receiving;

/// <summary>
/// One subscription to one partition's consumer: first to hear whether the server makes us its owner, then, with a subscription of its own, for one tenure. What
/// arrives on the thread that reads from the socket is counted: a delivery that is missing ends the tenure.
/// </summary>
internal sealed class PartitionPull : IPullTarget, IAsyncDisposable
{
    private static readonly byte[] PinHeader = "Nats-Pin-Id"u8.ToArray();

    private readonly NatsLink _link;
    private readonly Intake _intake;
    private readonly PullInbox _inbox;
    private readonly Action<PartitionPull, PartitionNews> _tell;
    private readonly Func<bool> _takes;
    private long _expected;
    private int _unheard;
    private volatile bool _ended;

    internal PartitionPull(NatsLink link, ConsumerAdmin consumers, Partition partition, Intake intake, Action<PartitionPull, PartitionNews> tell)
    {
        (_link, _intake, _tell, Partition) = (link, intake, tell, partition);
        _takes = () => !_ended;
        var inbox = link.JetStream.NewBaseInbox();
        _inbox = new PullInbox(link.Connection, inbox, this);
        Puller = new Puller(link, consumers.Stream, partition.Consumer, inbox, link.MaxPayload * 2) { HasOwners = true };
    }

    internal Partition Partition { get; }

    internal Puller Puller { get; }

    /// <summary>The tenure that records are taken for; null: the pin is waited for.</summary>
    internal Ownership? Owner { get; private init; }

    /// <summary>The pin that the server gave, on a subscription that waited for it.</summary>
    internal string? Pin { get; private set; }

    /// <summary>A subscription for the tenure that begins with a pin.</summary>
    /// <param name="link">The connection.</param>
    /// <param name="consumers">The group's.</param>
    /// <param name="waited">The subscription that got the pin; it is over.</param>
    /// <param name="owner">The tenure.</param>
    /// <param name="delivered">The number of the last delivery before the first one that is taken.</param>
    internal static PartitionPull Begin(NatsLink link, ConsumerAdmin consumers, PartitionPull waited, Ownership owner, long delivered)
    {
        var pull = new PartitionPull(link, consumers, waited.Partition, waited._intake, waited._tell)
        {
            Owner = owner,
            _expected = delivered + 1,
        };
        pull.Puller.Pin = waited.Pin;
        return pull;
    }

    internal ValueTask OpenAsync() => _link.Connection.AddSubAsync(_inbox, _link.UntilDown);

    /// <summary>Takes nothing more, and drops what was not handed over.</summary>
    internal void End()
    {
        _ended = true;
        Puller.End();
        if (Owner is { } owner)
            _intake.Remove(owner);
    }

    public async ValueTask DisposeAsync()
    {
        End();
        await _inbox.DisposeAsync().ConfigureAwait(false);
    }

    void IPullTarget.Arrived(string subject, string reply, in AckSubject ack, in ReadOnlySequence<byte> headers, in ReadOnlySequence<byte> body)
    {
        if (_ended)
            return;
        Puller.Arrived();
        if (Owner is null)
            Pinned(headers);
        else if (ack.ConsumerSequence == _expected)
            Take(subject, reply, ack, headers, body);
        else
            Lose($"the delivery {_expected} is missing, {ack.ConsumerSequence} came");
    }

    void IPullTarget.Told(string pull, PullStatus status)
    {
        if (_ended || !Puller.Told(pull, status))
            return;
        if (status.Code == PullStatus.PinLost || status.IsDeleted)
            Lose($"the server says {status.Code} {status.Text}");
        else if (status.Code == PullStatus.NoResponders && Interlocked.Exchange(ref _unheard, 1) == 0)
            _tell(this, PartitionNews.Unheard);
        else if (status.IsUsual)
            _tell(this, PartitionNews.Wants);
    }

    void IPullTarget.Failed(Exception error) => Lose($"a record could not be taken: {error.Message}");

    private void Take(string subject, string reply, in AckSubject ack, in ReadOnlySequence<byte> headers, in ReadOnlySequence<byte> body)
    {
        _expected++;
        var position = new RecordPosition(Owner!.Index, ack.StreamSequence, 0, null);
        _intake.Add(new RecordRef(Owner, position, new Delivery(subject, reply)), ack, headers, body, _takes);
    }

    /// <summary>The first record says that we are the owner, and by which pin. It is not handed over: what was delivered before may be missing in between.</summary>
    private void Pinned(in ReadOnlySequence<byte> headers)
    {
        if (Pin is not null)
            return;
        foreach (var line in new HeaderLines(headers.ToArray()))
        {
            if (line.Name.SequenceEqual(PinHeader))
                Pin = Encoding.ASCII.GetString(line.Value);
        }

        if (Pin is not null)
            _tell(this, PartitionNews.Pinned);
    }

    /// <summary>The loop may be busy: the tenure ends at once all the same, since another member may have the partition by now.</summary>
    private void Lose(string reason)
    {
        Reason = reason;
        Owner?.End();
        End();
        _tell(this, PartitionNews.Lost);
    }

    /// <summary>Somebody has looked whether the consumer is there.</summary>
    internal void Heard() => Volatile.Write(ref _unheard, 0);

    /// <summary>Why it was lost.</summary>
    internal string Reason { get; private set; } = "";
}

/// <summary>What a subscription to a partition has to say.</summary>
internal enum PartitionNews
{
    /// <summary>The server made us the owner.</summary>
    Pinned,

    /// <summary>We are not, or no longer.</summary>
    Lost,

    /// <summary>The pull has ended, and there may be room for another.</summary>
    Wants,

    /// <summary>Nobody answered a pull: the consumer has no leader just now, or was deleted while no pull of ours was open.</summary>
    Unheard,
}
