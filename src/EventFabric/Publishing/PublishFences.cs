using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Publishing;

/// <summary>All fences of one channel: the keys of which a record failed. Normally empty. Not thread-safe.</summary>
internal sealed class PublishFences
{
    private readonly Dictionary<byte[], KeyFence> _byKey = new(KeyBytesComparer.Instance);
    private readonly List<KeyFence> _all = [];

    internal bool IsEmpty => _all.Count == 0;

    internal IReadOnlyList<KeyFence> All => _all;

    /// <summary>The fence of a key, if there is one.</summary>
    internal bool TryFind(ReadOnlySpan<byte> key, [NotNullWhen(true)] out KeyFence? fence) =>
        _byKey.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out fence);

    /// <summary>A new fence; the key has none yet.</summary>
    internal KeyFence Open(byte[]? key)
    {
        var fence = new KeyFence(key);
        if (key is not null)
            _byKey.Add(key, fence);
        _all.Add(fence);
        return fence;
    }

    /// <summary>Takes away the fences that hold nobody any more.</summary>
    internal void Sweep()
    {
        for (var i = _all.Count - 1; i >= 0; i--)
        {
            if (!_all[i].IsOver)
                continue;
            if (_all[i].Key is { } key)
                _byKey.Remove(key);
            _all.RemoveAt(i);
        }
    }

    /// <summary>When the next of them is due; <see cref="long.MaxValue"/>: none waits for time alone.</summary>
    internal long NextDue()
    {
        var due = long.MaxValue;
        foreach (var fence in _all)
        {
            if (fence.Entries.Count > 0 && fence.UnderWay == 0)
                due = Math.Min(due, fence.DueAt);
        }

        return due;
    }
}
