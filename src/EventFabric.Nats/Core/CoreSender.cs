using EventFabric.Drivers;
using EventFabric.Nats.Sending;
using NATS.Client.Core;

namespace EventFabric.Nats.Core;

/// <summary>Publishes to one subject. A record is accepted when the server has read it, which its answer to a ping behind the records says.</summary>
internal sealed class CoreSender : ISender
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(5);

    private readonly NatsLink _link;
    private readonly string _subject;
    private readonly TimeSpan _answer;
    private readonly OpenSends _open = new();
    private readonly HeaderSlots _headers = new();
    private long _since;

    internal CoreSender(NatsLink link, string subject, long maxRecordBytes, TimeSpan timeout)
    {
        (_link, _subject) = (link, subject);
        _answer = timeout < LongestAnswer ? timeout : LongestAnswer;
        // One call at a time: records keep their order, and what comes while one is answered makes the next.
        Traits = new SendTraits(
            MaxCount: 1024,
            MaxBatchBytes: Math.Max(4_194_304, maxRecordBytes),
            maxRecordBytes,
            MaxHeaders: 1_000,
            MaxOpenCalls: 1,
            MaxOpenRecords: 1024,
            NatsTraits.Binding,
            DedupById: false);
    }

    public SendTraits Traits { get; }

    public long Measure(in OutboundRecord record) => RecordSize.Of(in record);

    public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        var completion = batch.Completion;
        _ = SendAsync(_open.Begin(batch, abort), batch);
        return completion;
    }

    public ValueTask DisposeAsync()
    {
        _open.Dispose();
        return default;
    }

    private async Task SendAsync(OpenSend call, SendBatch batch)
    {
        var count = batch.Records.Length;
        var began = _link.Time.GetTimestamp();
        try
        {
            for (var index = 0; index < count; index++)
                await WriteAsync(call, batch, index).ConfigureAwait(false);
            if (call.IsCompleted)
                return;
            using var patience = new CancellationTokenSource(_answer, _link.Time);
            await _link.Connection.PingAsync(patience.Token).ConfigureAwait(false);
            // The server says what it refuses before it answers the ping, and the client passes it on behind the answer: the first records may count as accepted,
            // and what was said since the call before is about this one too.
            var since = _since;
            _since = began;
            CompleteAll(call, count, _link.Refusals.Of(_subject, since) is { } refusal
                ? new SendOutcome(SendStatus.Rejected, default, NatsErrors.Refused(refusal))
                : new SendOutcome(SendStatus.Accepted, default, null));
        }
        catch (Exception error)
        {
            CompleteAll(call, count, new SendOutcome(SendStatus.Unknown, default, error is OperationCanceledException ? new TimeoutException($"The server did not answer within {_answer.TotalSeconds} s.") : error));
        }
    }

    private async ValueTask WriteAsync(OpenSend call, SendBatch batch, int index)
    {
        try
        {
            ValueTask written;
            // Whoever completes a record takes its memory away: not while it is copied.
            lock (call.Gate)
            {
                if (!call.IsOpen(index))
                    return;
                if (!_link.IsOpen)
                {
                    call.Complete(index, new SendOutcome(SendStatus.NotSent, default, new NatsException("There is no connection to the server.")));
                    return;
                }

                ref readonly var record = ref batch.Records[index];
                written = _link.Connection.PublishAsync(_subject, record.Body, _headers.Fill(in record), replyTo: null, BodySerializer.Instance);
            }

            await written.ConfigureAwait(false);
        }
        catch (Exception error) when (error is NatsPayloadTooLargeException or ArgumentException)
        {
            // The client refused it before a byte was written.
            call.Complete(index, new SendOutcome(SendStatus.Rejected, default, error));
        }
    }

    private static void CompleteAll(OpenSend call, int count, in SendOutcome outcome)
    {
        for (var index = 0; index < count; index++)
            call.Complete(index, outcome);
    }
}
