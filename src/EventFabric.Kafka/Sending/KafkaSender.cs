using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Sending;

/// <summary>Sends to one topic through the broker's one producer: everything of a call goes to the client at once, in order, and reports come back by record.</summary>
internal sealed class KafkaSender : ISender
{
    private const int MaxCount = 512;
    private const int MaxSpare = 64;

    /// <summary>What a record costs beside its bytes: lengths of key, body and headers as variable-length numbers, timestamp and offset deltas.</summary>
    private const int RecordHead = 64;

    private static readonly Action<DeliveryReport<SendRef, SendRef>> Delivered = OnDelivered;

    private readonly IProducer<SendRef, SendRef> _producer;
    private readonly TopicPartition _target;
    private readonly bool _confirms;
    private readonly Message<SendRef, SendRef> _message = new();
    private readonly HeaderSlots _headers = new();
    private readonly object _sync = new();
    private readonly Stack<SendCall> _spare = new();
    private SendCall? _open;
    private int _failing;
    private CancellationToken _watched;
    private CancellationTokenRegistration _watch;

    /// <param name="producer">The broker's.</param>
    /// <param name="topic">Where to.</param>
    /// <param name="maxRecordBytes">The most bytes of a record.</param>
    /// <param name="confirms">Whether the broker says where a record is: not with <c>Acks: None</c>.</param>
    internal KafkaSender(IProducer<SendRef, SendRef> producer, string topic, long maxRecordBytes, bool confirms)
    {
        _producer = producer;
        _confirms = confirms;
        _target = new TopicPartition(topic, Partition.Any);
        Traits = new SendTraits(
            MaxCount,
            MaxBatchBytes: Math.Max(4_194_304, maxRecordBytes),
            MaxRecordBytes: maxRecordBytes + RecordHead,
            MaxHeaders: 10_000,
            MaxOpenCalls: 1024,
            MaxOpenRecords: 500_000,
            KafkaTraits.Binding,
            DedupById: false);
    }

    public SendTraits Traits { get; }

    internal ExactArrays Scratch { get; } = new();

    public long Measure(in OutboundRecord record) => record.Body.Length + record.KeyBytes.Length + record.Headers.Bytes.Length + RecordHead;

    public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        var completion = batch.Completion;
        var call = Begin(batch);
        Watch(abort);
        var records = batch.Records;
        Exception? stopped = null;
        for (var i = 0; i < records.Length; i++)
        {
            if (stopped is not null || Volatile.Read(ref _failing) > 0 && IsFenced(in records[i]))
                call.Complete(i, new SendOutcome(SendStatus.NotSent, default, stopped));
            else
                Produce(call, i, in records[i], ref stopped);
        }

        call.Started();
        return completion;
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync().ConfigureAwait(false);
        GiveUp(new ObjectDisposedException(nameof(KafkaSender)));
    }

    /// <summary>A keyed record of the call was not accepted, the first one: until the call ends, starts look whether they have that key.</summary>
    internal void Failing() => Interlocked.Increment(ref _failing);

    /// <summary>Every record of the call is completed. Under the call's lock.</summary>
    internal void Ended(SendCall call)
    {
        if (call.HasFailures)
            Interlocked.Decrement(ref _failing);
        lock (_sync)
        {
            if (call.Previous is { } previous)
                previous.Next = call.Next;
            else
                _open = call.Next;
            if (call.Next is { } next)
                next.Previous = call.Previous;
            (call.Previous, call.Next) = (null, null);
        }
    }

    /// <summary>Every report of the call has come.</summary>
    internal void Return(SendCall call)
    {
        lock (_sync)
        {
            if (_spare.Count < MaxSpare)
                _spare.Push(call);
        }
    }

    private static void OnDelivered(DeliveryReport<SendRef, SendRef> report)
    {
        var sent = report.Message.Key;
        var call = sent.Call;
        call.Complete(sent.Index, call.Sender.Outcome(report));
        call.Reported();
    }

    private SendOutcome Outcome(DeliveryReport<SendRef, SendRef> report)
    {
        var error = report.Error;

        // The client takes a batch for stored when a later one was, though the broker may have refused it and have forgotten nothing of its producer yet
        // (seen on a partition whose leader had just come): only an offset proves it. docs/decisions/0017-an-offset-proves-it.md
        if (!error.IsError && report.Offset.IsSpecial && _confirms)
            return new SendOutcome(SendStatus.Unknown, default, new KafkaException(new Error(ErrorCode.Local_Inconsistent, "The broker confirmed a later batch, not this record.")));
        if (!error.IsError)
            return new SendOutcome(SendStatus.Accepted, new RecordPosition(report.Partition, report.Offset, 0, null), null);
        var status = report.Status switch
        {
            PersistenceStatus.PossiblyPersisted => SendStatus.Unknown,
            // The client never sent it, or the broker said no.
            _ => error.IsLocalError ? SendStatus.NotSent : SendStatus.Rejected,
        };
        return new SendOutcome(status, default, new KafkaException(error));
    }

    private SendCall Begin(SendBatch batch)
    {
        lock (_sync)
        {
            if (!_spare.TryPop(out var call))
                call = new SendCall(this);
            call.Begin(batch);
            call.Next = _open;
            if (_open is not null)
                _open.Previous = call;
            return _open = call;
        }
    }

    private void Produce(SendCall call, int index, in OutboundRecord record, ref Exception? stopped)
    {
        var sent = call.Ref(index);
        (_message.Key, _message.Value) = (sent, sent);
        _message.Headers = _headers.Fill(record.Headers);
        call.Expect();
        try
        {
            if (Measure(in record) > Traits.MaxRecordBytes)
                throw new KafkaException(new Error(ErrorCode.MsgSizeTooLarge, $"A record of {Measure(in record)} bytes is more than the topic \"{_target.Topic}\" or MaxEventBytes allows."));
            _producer.Produce(_target, _message, Delivered);
        }
        catch (Exception error)
        {
            var isFull = error is KafkaException { Error.Code: ErrorCode.Local_QueueFull or ErrorCode.Local_Fatal } or ObjectDisposedException;
            if (isFull)
                stopped = error;
            call.Complete(index, new SendOutcome(isFull ? SendStatus.NotSent : SendStatus.Rejected, default, error));
            call.Reported();
        }
    }

    /// <summary>Whether an earlier record of the key, in a call that is still open, was not accepted.</summary>
    private bool IsFenced(in OutboundRecord record)
    {
        if ((record.Flags & RecordFlags.HasKey) == 0)
            return false;
        SendCall[] open;
        lock (_sync)
            open = [.. Open()];
        foreach (var call in open)
        {
            if (call.HasFailed(record.KeyBytes.Span))
                return true;
        }

        return false;
    }

    private IEnumerable<SendCall> Open()
    {
        for (var call = _open; call is not null; call = call.Next)
            yield return call;
    }

    /// <summary>The engine gives each sender one token: it is watched once, not by each call.</summary>
    private void Watch(CancellationToken abort)
    {
        if (_watched == abort)
            return;
        _watch.Dispose();
        _watched = abort;
        _watch = abort.UnsafeRegister(static state => ((KafkaSender)state!).GiveUp(new OperationCanceledException("The publisher gave up.")), this);
    }

    private void GiveUp(Exception cause)
    {
        SendCall[] open;
        lock (_sync)
            open = [.. Open()];
        foreach (var call in open)
            call.GiveUp(cause);
    }
}
