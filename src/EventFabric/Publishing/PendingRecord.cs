using System.Runtime.InteropServices;

namespace EventFabric.Publishing;

/// <summary>What the publisher knows of one record beside the record itself: an array element, under the channel's lock.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct PendingRecord
{
    /// <summary>Who waits; null once it has its result.</summary>
    public PublishSink? Sink;

    /// <summary>Which of the sink's results it is.</summary>
    public int Index;

    /// <summary>The channel's name in the application's words: one address may have several.</summary>
    public string Channel;

    /// <summary>Counts the channel's records in publish order.</summary>
    public long Number;

    /// <summary>When the caller gives up, as a timestamp.</summary>
    public long Deadline;

    /// <summary>What the driver measured.</summary>
    public long Bytes;

    /// <summary>The fence of its key, while there is one.</summary>
    public KeyFence? Fence;

    /// <summary>Why it was sent again; null on the first send.</summary>
    public Exception? LastError;

    /// <summary>Whether an earlier send may have stored it.</summary>
    public bool MayBeStored;

    /// <summary>Whether a later record of its key was stored by a call that is over.</summary>
    public bool Overtaken;

    /// <summary>Whether its outcome was taken.</summary>
    public bool IsTaken;
}
