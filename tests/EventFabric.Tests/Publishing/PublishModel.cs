using System.Globalization;
using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Tests.Publishing;

/// <summary>
/// Does to a channel's publisher, to its callers and to its broker what integers say, one thing at a time, and watches what may never happen: a
/// record stored behind a later one of its key, stored twice, more under way than may be pending, a publish that does not end as the broker said.
/// </summary>
internal sealed class PublishModel
{
    private const int MaxPending = 6;
    private const int MaxPendingBytes = 50;
    private const int LongestBody = 20;

    private readonly ChannelRig _rig;
    private readonly List<(Task<PublishResult> Task, string Body, CancellationTokenSource Caller)> _publishes = [];
    private readonly List<ModelCall> _calls = [];
    private readonly List<(int Call, int Index, string Body)> _stored = [];
    private Answer _answer = Answer.Later;
    private Task? _close;

    public PublishModel()
    {
        var broker = new ScriptedBroker { Traits = ScriptedBroker.DefaultTraits with { MaxCount = 4, MaxOpenCalls = 3 } };
        broker.OnSend = Send;
        _rig = new ChannelRig(broker, MaxPending, maxPendingBytes: MaxPendingBytes);
    }

    private enum Answer
    {
        Later,
        InsideTheCall,
        FirstInsideTheCallOnAnotherThread,
    }

    public void Step(int step)
    {
        var (operation, argument) = (Math.Abs((long)step) % 20, (int)(Math.Abs((long)step) / 20 % 100_000));
        switch (operation)
        {
            case < 6:
                Publish(argument);
                break;
            case < 8:
                Complete(argument, accept: true, inOrder: operation == 6);
                break;
            case < 10:
                Complete(argument, accept: false, inOrder: operation == 8);
                break;
            case 10:
                EndInVain(argument);
                break;
            case 11:
                _answer = (argument % 5) switch
                {
                    0 => Answer.InsideTheCall,
                    1 => Answer.FirstInsideTheCallOnAnotherThread,
                    _ => Answer.Later,
                };
                break;
            case 12:
                Cancel(argument);
                break;
            case < 16:
                _rig.Advance(argument % 100 == 0 ? 31_000 : argument % 200);
                break;
            case 16 when argument % 50 == 0:
                _close ??= _rig.Channel.DisposeAsync().AsTask();
                break;
            default:
                RunAll();
                break;
        }

        Check();
    }

    /// <summary>The broker takes whatever comes: then every publish ends, and as the broker said.</summary>
    public void End()
    {
        _answer = Answer.InsideTheCall;
        for (var passed = 0; passed < 400 && (passed < 3 || _publishes.Exists(static publish => !publish.Task.IsCompleted)); passed++)
            Pass();

        _close ??= _rig.Channel.DisposeAsync().AsTask();
        _rig.Run();
        // A publish that was cancelled has ended; its record may wait to be sent again, and is let go when its time comes.
        for (var passed = 0; passed < 400 && !_close.IsCompleted; passed++)
            Pass();
        Assert.True(_close.IsCompletedSuccessfully, "The channel did not close.");
        Assert.Equal(0, _rig.Channel.PendingCount);
        foreach (var (task, body, caller) in _publishes)
        {
            Assert.True(task.IsCompleted, $"{body} never ended.");
            EndedAsStored(task, body);
            caller.Dispose();
        }
    }

    private void Pass()
    {
        while (_calls.Exists(static call => call.Open.Count > 0))
            Complete(0, accept: true, inOrder: true);
        _rig.Advance(100);
        Check();
    }

    private void Publish(int argument)
    {
        var key = argument % 3;
        var name = $"{_publishes.Count.ToString(CultureInfo.InvariantCulture)}/{key}".PadRight(argument % 5 == 0 ? LongestBody : 1, '.');
        var caller = new CancellationTokenSource();
        // A caller that can cancel takes another path than one that cannot.
        var token = argument % 4 == 0 ? caller.Token : CancellationToken.None;
        _publishes.Add((_rig.Publish(name, key == 0 ? null : $"k{key}", token), name, caller));
    }

    private ValueTask Send(ScriptedCall call)
    {
        var started = new ModelCall(_calls.Count, call);
        _calls.Add(started);
        if (_answer == Answer.InsideTheCall)
        {
            while (started.Open.Count > 0)
                Accept(started, started.Open[0]);
        }
        else if (_answer == Answer.FirstInsideTheCallOnAnotherThread)
        {
            var other = new Thread(() => Accept(started, started.Open[0]));
            other.Start();
            other.Join();
        }

        return new ValueTask(started.End.Task);
    }

    private void Complete(int argument, bool accept, bool inOrder)
    {
        var open = _calls.FindAll(static call => call.Open.Count > 0);
        if (open.Count == 0)
            return;
        var call = open[argument % open.Count];
        var index = inOrder ? call.Open[0] : call.Open[argument / 7 % call.Open.Count];
        if (accept)
        {
            Accept(call, index);
            return;
        }

        var (status, kind) = (argument % 4) switch
        {
            0 => (SendStatus.NotSent, ErrorKind.Transient),
            1 => (SendStatus.Unknown, ErrorKind.Transient),
            2 => (SendStatus.Rejected, ErrorKind.Invalid),
            _ => (SendStatus.NotSent, (ErrorKind?)null),
        };
        call.Complete(index, () => call.Sent.Fail(index, status, kind));
    }

    private void Accept(ModelCall call, int index)
    {
        _stored.Add((call.Number, index, call.Sent.Records[index].Body));
        call.Complete(index, () => call.Sent.Accept(index));
    }

    /// <summary>Once everything has run, who has an answer of the broker has ended: with its record, not with its call.</summary>
    private void RunAll()
    {
        _rig.Run();
        foreach (var (task, body, _) in _publishes)
            Assert.True(task.IsCompleted || !_stored.Exists(record => record.Body == body), $"{body} is stored, and has not ended.");
    }

    /// <summary>A call ends with an error, and says nothing of the records that it did not complete.</summary>
    private void EndInVain(int argument)
    {
        var open = _calls.FindAll(static call => call.Open.Count > 0);
        if (open.Count == 0 || argument % 3 != 0)
            return;
        var call = open[argument % open.Count];
        call.Open.Clear();
        call.End.SetException(new ScriptedException(ErrorKind.Transient));
    }

    private void Cancel(int argument)
    {
        if (_publishes.Count > 0)
            _publishes[argument % _publishes.Count].Caller.Cancel();
    }

    private void Check()
    {
        _rig.NothingIsWrong();
        Assert.InRange(_rig.Channel.PendingCount, 0, MaxPending);
        var underWay = _calls.SelectMany(static call => call.Open.Select(index => call.Sent.Records[index])).ToList();
        Assert.InRange(underWay.Count, 0, MaxPending);
        Assert.InRange(underWay.Sum(static record => record.Body.Length + (record.Key?.Length ?? 0)), 0, MaxPendingBytes + LongestBody + "k1".Length);
        // What a broker stores lies in the order of the calls and their records, whenever it says so.
        foreach (var key in _stored.OrderBy(static record => (record.Call, record.Index)).GroupBy(static record => KeyOf(record.Body)))
        {
            var numbers = key.Select(static record => NumberOf(record.Body)).ToList();
            if (key.Key != "0" && !numbers.SequenceEqual(numbers.Order()))
                Assert.Fail($"Key {key.Key} is stored as {string.Join(' ', numbers)}.");
            Assert.Equal(numbers.Distinct(), numbers);
        }
    }

    private void EndedAsStored(Task<PublishResult> task, string body)
    {
        var isStored = _stored.Exists(record => record.Body == body);
        if (task.IsCompletedSuccessfully)
            Assert.True(isStored, $"{body} ended well, and is not stored.");
        else if (isStored)
            Assert.True(task.IsCanceled || task.Exception?.InnerException is PublishException { Kind: EventFabricErrorKind.Timeout }, $"{body} is stored, and ended with {task.Exception?.InnerException}.");
    }

    private static string KeyOf(string body) => body.TrimEnd('.').Split('/')[1];

    private static int NumberOf(string body) => int.Parse(body.Split('/')[0], CultureInfo.InvariantCulture);

    /// <summary>A call of the driver that the model answers.</summary>
    private sealed class ModelCall(int number, ScriptedCall sent)
    {
        public int Number { get; } = number;

        public ScriptedCall Sent { get; } = sent;

        /// <summary>The records that are not completed.</summary>
        public List<int> Open { get; } = [.. Enumerable.Range(0, sent.Records.Count)];

        public TaskCompletionSource End { get; } = new();

        public void Complete(int index, Action complete)
        {
            Open.Remove(index);
            complete();
            if (Open.Count == 0)
                End.SetResult();
        }
    }
}
