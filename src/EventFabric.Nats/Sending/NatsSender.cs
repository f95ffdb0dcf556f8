using EventFabric.Drivers;
using EventFabric.Nats.Topology;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace EventFabric.Nats.Sending;

/// <summary>
/// Sends to one stream: records leave in order, each with a subject of its own for the answer, and as many are under way as the window holds.
/// </summary>
internal sealed class NatsSender : ISender, ISendUser
{
    private const int Window = 16_384;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(5);

    private readonly NatsLink _link;
    private readonly StreamRef _stream;
    private readonly OpenSends _open = new();
    private readonly HeaderSlots _headers = new();
    private readonly TimeSpan _answer;
    private readonly StreamProbe _probe;
    private readonly string _inbox;
    private volatile SendLine? _line;
    private volatile bool _isLeft;
    private ITimer? _timer;
    private Task _start = Task.CompletedTask;
    private int _turn;
    private int _lines;

    internal NatsSender(NatsLink link, StreamRef stream, long maxRecordBytes, TimeSpan timeout)
    {
        (_link, _stream) = (link, stream);
        _answer = timeout < LongestAnswer ? timeout : LongestAnswer;
        _inbox = link.JetStream.NewBaseInbox();
        _probe = new StreamProbe(link, stream);
        Traits = new SendTraits(
            MaxCount: 512,
            MaxBatchBytes: Math.Max(4_194_304, maxRecordBytes),
            maxRecordBytes,
            MaxHeaders: 1_000,
            MaxOpenCalls: 1024,
            MaxOpenRecords: Window,
            NatsTraits.Binding,
            DedupById: true);
    }

    public SendTraits Traits { get; }

    internal async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _link.Records.JoinAsync(this, cancellationToken).ConfigureAwait(false);
        _timer = _link.Time.CreateTimer(static state => ((NatsSender)state!).GiveUpOld(), this, Look, Look);
    }

    public long Measure(in OutboundRecord record) => RecordSize.Of(in record);

    public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        var completion = batch.Completion;
        var call = _open.Begin(batch, abort);
        if (_start.IsCompleted)
        {
            var start = StartAsync(call, batch);
            _start = start.IsCompletedSuccessfully ? Task.CompletedTask : start.AsTask();
        }
        else
        {
            _start = StartBehindAsync(_start, call, batch);
        }

        return completion;
    }

    public async ValueTask DisposeAsync()
    {
        _isLeft = true;
        _link.Records.Leave(this);
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
        _open.Dispose();
        if (_line is { } line)
            await line.Acks.DisposeAsync().ConfigureAwait(false);
    }

    async Task ISendUser.UpAsync(NatsConnection connection, CancellationToken cancellationToken)
    {
        var line = new SendLine(connection, new AckInbox(connection, $"{_inbox}.{++_lines}.", Window, Answered, Unheard));
        await connection.AddSubAsync(line.Acks, cancellationToken).ConfigureAwait(false);
        _line = line;
        if (_isLeft)
            await line.Acks.DisposeAsync().ConfigureAwait(false);
    }

    void ISendUser.Down(NatsConnection connection)
    {
        if (_line is not { } line || line.Connection != connection)
            return;
        // Nothing is sent by it from here on, and nothing that was is sent later: what the engine sends again is behind nothing.
        _line = null;
        line.Acks.Close();
        GiveUp(line.Acks, long.MaxValue, new NatsException("The connection was lost before the server answered."));
    }

    private async Task StartBehindAsync(Task before, OpenSend call, SendBatch batch)
    {
        await before.ConfigureAwait(false);
        await StartAsync(call, batch).ConfigureAwait(false);
    }

    private async ValueTask StartAsync(OpenSend call, SendBatch batch)
    {
        try
        {
            await WriteAllAsync(call, batch).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // What was written gets its answer; of the rest nothing is known.
            for (var index = 0; !call.IsCompleted && index < Traits.MaxCount; index++)
            {
                if (call.IsOpen(index))
                    call.Complete(index, new SendOutcome(SendStatus.Unknown, default, error));
            }
        }
    }

    private async ValueTask WriteAllAsync(OpenSend call, SendBatch batch)
    {
        for (var index = 0; ; index++)
        {
            ValueTask written;
            string? reply;
            SendLine? line;
            // Whoever completes a record takes its memory away: not while it is copied.
            lock (call.Gate)
            {
                if (call.IsCompleted || index == batch.Records.Length)
                    return;
                if (!call.IsOpen(index))
                    continue;
                written = Write(call, index, in batch.Records[index], out line, out reply);
            }

            if (reply is null)
                continue;
            try
            {
                await written.ConfigureAwait(false);
            }
            catch (Exception error)
            {
                line!.Acks.Abandon(reply);
                call.Complete(index, new SendOutcome(NatsErrors.Classify(error).Kind == ErrorKind.TooLarge ? SendStatus.Rejected : SendStatus.Unknown, default, error));
            }
        }
    }

    /// <summary>Begins to write a record. Without a reply it is completed already.</summary>
    private ValueTask Write(OpenSend call, int index, in OutboundRecord record, out SendLine? line, out string? reply)
    {
        (line, reply) = (_line, null);
        if (line is not { IsOpen: true } || _open.IsFenced(in record))
        {
            call.Complete(index, new SendOutcome(SendStatus.NotSent, default, new NatsException("There is no connection to the server.")));
            return default;
        }

        var partition = Partition(in record);
        reply = line.Acks.Rent(new Sent(call, index, partition, _link.Time.GetTimestamp()));
        if (reply is null)
        {
            call.Complete(index, new SendOutcome(SendStatus.NotSent, default, new NatsException("Too many records are under way.")));
            return default;
        }

        try
        {
            return Publish(line.Connection, in record, partition, reply);
        }
        catch (Exception error)
        {
            // The client refused it before a byte was written.
            line.Acks.Abandon(reply);
            reply = null;
            call.Complete(index, new SendOutcome(SendStatus.Rejected, default, error));
            return default;
        }
    }

    private ValueTask Publish(NatsConnection connection, in OutboundRecord record, int partition, string reply)
    {
        var headers = _headers.Fill(in record);
        var subject = _stream.Subjects[partition];
        if (record.DeliverAtMs > 0)
            subject = Delays.Schedule(headers, _stream.Address, subject, record.DeliverAtMs);
        if (record.ExpiresAtMs > 0)
            Delays.Expire(headers, record.ExpiresAtMs, _link.Time.GetUtcNow());
        return connection.PublishAsync(subject, record.Body, headers, reply, BodySerializer.Instance);
    }

    private int Partition(in OutboundRecord record)
    {
        if ((record.Flags & RecordFlags.HasKey) != 0)
            return KeyPartition.Of(record.KeyBytes.Span, _stream.Partitions);
        _turn = (_turn + 1) % _stream.Partitions;
        return _turn;
    }

    private void Answered(Sent sent, PubAck ack)
    {
        // What is no answer of JetStream says nothing of the record.
        var outcome = ack.Error is { } error
            ? new SendOutcome(error is NatsJSApiException ? SendStatus.Rejected : SendStatus.Unknown, default, error)
            : new SendOutcome(ack.IsDuplicate ? SendStatus.Duplicate : SendStatus.Accepted, new RecordPosition(sent.Partition, ack.Sequence, 0, null), null);
        sent.Call.Complete(sent.Index, outcome);
    }

    /// <summary>No stream has the subject, or none that answers: which of both is asked for.</summary>
    private void Unheard(Sent sent) => _probe.Ask(error => sent.Call.Complete(sent.Index, new SendOutcome(SendStatus.NotSent, default, error)));

    private void GiveUpOld()
    {
        var now = _link.Time.GetTimestamp();
        var than = now - (long)(_answer.TotalSeconds * _link.Time.TimestampFrequency);
        if (_line is { } line)
            GiveUp(line.Acks, than, new TimeoutException($"The server did not answer within {_answer.TotalSeconds} s."));
    }

    private void GiveUp(AckInbox acks, long than, Exception cause)
    {
        foreach (var sent in acks.AbandonOlder(than))
        {
            // What the client's user may not publish is not answered either, and was never stored.
            sent.Call.Complete(sent.Index, _link.Refusals.Of(_stream.Subjects[sent.Partition], sent.At) is { } refusal
                ? new SendOutcome(SendStatus.Rejected, default, NatsErrors.Refused(refusal))
                : new SendOutcome(SendStatus.Unknown, default, cause));
        }
    }
}
