using System.Collections.Immutable;
using System.Text;
using EventFabric.Concurrency.Exploring;
using EventFabric.Drivers;
using Microsoft.Coyote.Random;

namespace EventFabric.Concurrency.Publishing;

/// <summary>
/// A broker whose every answer the explorer chooses: which status, on which task, during the call or after it. Watches that starts do not
/// overlap, and that nobody sends when it is closed.
/// </summary>
internal sealed class ExploredBroker(int maxFailures = 0, bool mayReject = false, bool holdsLast = false) : IBrokerConnection, ISender
{
    private readonly object _watch = new();
    private readonly TaskCompletionSource _last = new();
    private readonly Generator _choices = Generator.Create();
    private readonly List<string> _stored = [];
    private readonly List<string> _log = [];
    private int _starting;
    private int _calls;
    private int _open;
    private int _failures;
    private int _disposals;

    public SendTraits Traits { get; } = new(
        MaxCount: 2,
        MaxBatchBytes: 1_000_000,
        MaxRecordBytes: 300_000,
        MaxHeaders: 100,
        MaxOpenCalls: 2,
        MaxOpenRecords: 100,
        new CloudEventsBinding("ce_", "content-type"),
        DedupById: false);

    /// <summary>What was accepted, in its order.</summary>
    public IReadOnlyList<string> Stored
    {
        get
        {
            lock (_watch)
                return [.. _stored];
        }
    }

    /// <summary>What was sent and completed, for a failure's message.</summary>
    public string Log
    {
        get
        {
            lock (_watch)
                return string.Join("; ", _log);
        }
    }

    public object? ReadChannel(SettingsReader settings) => null;

    public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues) => [];

    public string NameFor(ChannelPlan main, ChannelRole role, int tier) => main.Address;

    public ErrorInfo Classify(Exception error) =>
        new(error is TimeoutException ? ErrorKind.Transient : ErrorKind.Invalid, error.GetType().Name);

    public ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken) => ValueTask.FromResult<ISender>(this);

    public ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken) => throw new NotSupportedException();

    public long Measure(in OutboundRecord record) => record.Body.Length;

    public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        Story.Promise(Interlocked.Exchange(ref _starting, 1) == 0, "starts do not overlap");
        var outcomes = new List<SendOutcome>();
        lock (_watch)
        {
            Story.Promise(_disposals == 0, "nothing is sent when the sender is closed");
            var failed = new HashSet<char>();
            foreach (ref readonly var record in batch.Records)
                outcomes.Add(Decide(Encoding.UTF8.GetString(record.Body.Span), failed));
            _open++;
            var bodies = batch.Records.ToArray().Select(static record => Encoding.UTF8.GetString(record.Body.Span));
            _log.Add($"call {++_calls}: {string.Join(' ', bodies.Zip(outcomes, static (body, outcome) => $"{body} {outcome.Status}"))}");
        }

        var number = _calls;
        var completion = batch.Completion;
        if (holdsLast && outcomes.Count > 1)
            _ = Task.Run(() => CompleteButLastAsync(batch, number, outcomes), CancellationToken.None);
        else if (_choices.NextBoolean())
            CompleteAll(batch, number, outcomes);
        else
            _ = Task.Run(() => CompleteAll(batch, number, outcomes), CancellationToken.None);
        Interlocked.Exchange(ref _starting, 0);
        return completion;
    }

    public ValueTask DisposeAsync()
    {
        lock (_watch)
        {
            _disposals++;
            Story.Promise(_disposals == 1, "the sender is closed once");
            Story.Promise(_open == 0, "the sender is closed when nothing is under way");
        }

        return default;
    }

    /// <summary>The last record of a call is completed when another publish has ended.</summary>
    public void CompleteLast() => _last.TrySetResult();

    private async Task CompleteButLastAsync(SendBatch batch, int number, List<SendOutcome> outcomes)
    {
        for (var i = 0; i < outcomes.Count - 1; i++)
            batch.Complete(i, outcomes[i]);
        await _last.Task;
        CompleteLast(batch, number, outcomes);
    }

    private void CompleteAll(SendBatch batch, int number, List<SendOutcome> outcomes)
    {
        for (var i = 0; i < outcomes.Count - 1; i++)
            batch.Complete(i, outcomes[i]);
        CompleteLast(batch, number, outcomes);
    }

    private void CompleteLast(SendBatch batch, int number, List<SendOutcome> outcomes)
    {
        lock (_watch)
        {
            _open--;
            _log.Add($"call {number} is about to end");
        }

        batch.Complete(outcomes.Count - 1, outcomes[^1]);
    }

    /// <summary>Calls are stored in the order of their start. What stands behind a failed record of its key in a call is left out.</summary>
    private SendOutcome Decide(string body, HashSet<char> failed)
    {
        if (failed.Contains(body[0]))
            return new SendOutcome(SendStatus.NotSent, default, null);
        if (_failures == maxFailures || !_choices.NextBoolean())
        {
            _stored.Add(body);
            return new SendOutcome(SendStatus.Accepted, default, null);
        }

        _failures++;
        if (mayReject && _choices.NextBoolean())
            return new SendOutcome(SendStatus.Rejected, default, new ArgumentException("rejected"));
        failed.Add(body[0]);
        return new SendOutcome(SendStatus.NotSent, default, new TimeoutException("failed"));
    }
}
