using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>One call of the engine's that is not finished. Made by <see cref="OpenSends.Begin"/>; all members may be called from any thread.</summary>
[Experimental("EVF9001")]
public sealed class OpenSend
{
    private readonly OpenSends _owner;
    private readonly bool[] _done;
    private SendBatch? _batch;
    private int _open;
    private List<byte[]>? _failedKeys;

    internal OpenSend(OpenSends owner, SendBatch batch)
    {
        _owner = owner;
        _batch = batch;
        _open = batch.Records.Length;
        _done = new bool[_open];
    }

    /// <summary>Whether every record is completed.</summary>
    public bool IsCompleted => Volatile.Read(ref _open) == 0;

    /// <summary>
    /// Held while a record is completed. A driver that reads records after its SendAsync has returned holds it meanwhile, and asks <see cref="IsOpen"/> first:
    /// the memory of a completed record is the engine's again.
    /// </summary>
    public object Gate { get; } = new();

    internal OpenSend? Next { get; set; }

    internal OpenSend? Previous { get; set; }

    /// <summary>Whether a record is not completed.</summary>
    /// <param name="index">Which record of the batch.</param>
    /// <returns>True: its memory may be read while <see cref="Gate"/> is held.</returns>
    public bool IsOpen(int index)
    {
        lock (Gate)
            return _batch is not null && (uint)index < (uint)_done.Length && !_done[index];
    }

    /// <summary>What became of a record; ignored when the record was completed before.</summary>
    /// <param name="index">Which record of the batch.</param>
    /// <param name="outcome">What became of it.</param>
    public void Complete(int index, in SendOutcome outcome)
    {
        lock (Gate)
        {
            if (_batch is not { } batch || _done[index])
                return;
            _done[index] = true;
            ref readonly var record = ref batch.Records[index];
            if (outcome.Status is not (SendStatus.Accepted or SendStatus.Duplicate) && (record.Flags & RecordFlags.HasKey) != 0)
                Failed(record.KeyBytes);
            Volatile.Write(ref _open, _open - 1);
            if (_open == 0)
            {
                _owner.Ended(this, _failedKeys is not null);
                _batch = null;
            }

            batch.Complete(index, outcome);
        }
    }

    /// <summary>Whether a record of this key was not accepted.</summary>
    internal bool HasFailed(ReadOnlySpan<byte> key)
    {
        lock (Gate)
        {
            foreach (var failed in _failedKeys ?? [])
            {
                if (key.SequenceEqual(failed))
                    return true;
            }

            return false;
        }
    }

    internal void GiveUp(Exception cause)
    {
        lock (Gate)
        {
            for (var i = 0; i < _done.Length; i++)
                Complete(i, new SendOutcome(SendStatus.Unknown, default, cause));
        }
    }

    private void Failed(ReadOnlyMemory<byte> key)
    {
        if (_failedKeys is null)
            _owner.Failing();
        (_failedKeys ??= []).Add(key.ToArray());
    }
}
