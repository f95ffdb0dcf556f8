using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Tests.Publishing;

/// <summary>One call that a <see cref="ScriptedSender"/> got. What it was given is copied, so that a test can look at it when the memory is used again.</summary>
internal sealed class ScriptedCall(SendBatch batch, ScriptedSender sender, CancellationToken abort)
{
    private readonly HashSet<int> _open = [.. Enumerable.Range(0, batch.Records.Length)];

    public SendBatch Batch { get; } = batch;

    public ScriptedSender Sender { get; } = sender;

    public CancellationToken Abort { get; } = abort;

    public List<(string? Key, string Id, string Body)> Records { get; } = Copy(batch.Records);

    public List<string[]> Headers { get; } = CopyHeaders(batch.Records);

    public List<RecordFlags> Flags { get; } = [.. batch.Records.ToArray().Select(static record => record.Flags)];

    public string Bodies => string.Join(' ', Records.Select(static record => record.Body));

    public bool IsOpen => _open.Count > 0;

    public void Accept(int index) => Complete(index, new SendOutcome(SendStatus.Accepted, Sender.Broker.Store(Records[index]), null));

    public void AcceptAll()
    {
        foreach (var index in _open.Order().ToArray())
            Accept(index);
    }

    public void Fail(int index, SendStatus status, ErrorKind? kind = null, TimeSpan? retryAfter = null) =>
        Complete(index, new SendOutcome(status, default, kind is { } known ? new ScriptedException(known, retryAfter) : null));

    public void FailAll(SendStatus status, ErrorKind? kind = null)
    {
        foreach (var index in _open.Order().ToArray())
            Fail(index, status, kind);
    }

    public void Duplicate(int index, RecordPosition position = default) => Complete(index, new SendOutcome(SendStatus.Duplicate, position, null));

    private void Complete(int index, in SendOutcome outcome)
    {
        _open.Remove(index);
        Batch.Complete(index, outcome);
    }

    private static List<string[]> CopyHeaders(ReadOnlySpan<OutboundRecord> records)
    {
        var copies = new List<string[]>();
        foreach (ref readonly var record in records)
        {
            var headers = new List<string>();
            foreach (var header in record.Headers)
                headers.Add($"{Encoding.UTF8.GetString(header.Name)}={Encoding.UTF8.GetString(header.Value)}");
            copies.Add([.. headers]);
        }

        return copies;
    }

    private static List<(string? Key, string Id, string Body)> Copy(ReadOnlySpan<OutboundRecord> records)
    {
        var copies = new List<(string? Key, string Id, string Body)>();
        foreach (ref readonly var record in records)
        {
            var key = (record.Flags & RecordFlags.HasKey) == 0 ? null : Encoding.UTF8.GetString(record.KeyBytes.Span);
            copies.Add((key, record.Id.ToString(), Encoding.UTF8.GetString(record.Body.Span)));
        }

        return copies;
    }
}

/// <summary>An error that says itself how it is to be sorted.</summary>
internal sealed class ScriptedException(ErrorKind kind, TimeSpan? retryAfter = null) : Exception($"scripted {kind}")
{
    public ErrorInfo Info { get; } = new(kind, $"scripted-{kind}".ToLowerInvariant(), retryAfter);
}
