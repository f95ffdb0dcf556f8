using System.Buffers;
using EventFabric.Drivers;
using EventFabric.Nats.Addressing;

namespace EventFabric.Nats.Receiving;

/// <summary>One member's subscription to a shared consumer: until the group is moved, or the engine wants nothing for a while.</summary>
internal sealed class SharedPull : IPullTarget, IAsyncDisposable
{
    private readonly NatsLink _link;
    private readonly Intake _intake;
    private readonly PullInbox _inbox;
    private readonly Func<long> _leaseFromNow;
    private readonly Action<PullStatus> _told;
    private volatile bool _ended;

    /// <param name="link">The connection.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="consumer">The consumer.</param>
    /// <param name="owner">The tenure.</param>
    /// <param name="intake">Where records go.</param>
    /// <param name="maxBytes">The most bytes of one pull.</param>
    /// <param name="leaseFromNow">Until when a record that comes now is surely ours.</param>
    /// <param name="told">Hears why a pull has ended.</param>
    internal SharedPull(NatsLink link, string stream, string consumer, Ownership owner, Intake intake, long maxBytes, Func<long> leaseFromNow, Action<PullStatus> told)
    {
        (_link, _intake, _leaseFromNow, _told, Consumer, Owner) = (link, intake, leaseFromNow, told, consumer, owner);
        var inbox = link.JetStream.NewBaseInbox();
        _inbox = new PullInbox(link.Connection, inbox, this);
        Puller = new Puller(link, stream, consumer, inbox, maxBytes);
    }

    internal string Consumer { get; }

    internal Ownership Owner { get; }

    /// <summary>Whether nothing more is fetched with it.</summary>
    internal bool IsEnded => _ended;

    internal Puller Puller { get; }

    internal ValueTask OpenAsync(NatsLink link, CancellationToken cancellationToken) => link.Connection.AddSubAsync(_inbox, cancellationToken);

    /// <summary>Fetches nothing more, and ends when what the server has sent already is here: dropped on the way it would wait until its lease ends.</summary>
    internal async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_ended)
            return;
        Puller.End();
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _link.UntilDown);
            if (_link.IsOpen)
                await _inbox.DrainAsync(either.Token).ConfigureAwait(false);
            else
                await _inbox.UnsubscribeAsync().ConfigureAwait(false);
        }
        finally
        {
            _ended = true;
        }
    }

    /// <summary>Ends the tenure: what comes now is nobody's.</summary>
    public async ValueTask DisposeAsync()
    {
        Owner.End();
        _ended = true;
        Puller.End();
        await _inbox.DisposeAsync().ConfigureAwait(false);
    }

    void IPullTarget.Arrived(string subject, string reply, in AckSubject ack, in ReadOnlySequence<byte> headers, in ReadOnlySequence<byte> body)
    {
        if (_ended)
            return;
        Puller.Arrived();
        var delivery = new Delivery(subject, reply) { LeaseEnds = _leaseFromNow() };
        var position = new RecordPosition(NatsNames.PartitionOf(subject), ack.StreamSequence, 0, null);
        _intake.Add(new RecordRef(Owner, position, delivery), ack, headers, body);
    }

    void IPullTarget.Failed(Exception error) => _intake.Slot.Fail(error);

    void IPullTarget.Told(string pull, PullStatus status)
    {
        if (!_ended && Puller.Told(pull, status))
            _told(status);
    }
}
