namespace EventFabric.Subscribing;

/// <summary>Why a handler's token was cancelled.</summary>
internal enum CallEnd : byte
{
    None,

    /// <summary>HandlerTimeout: a failed attempt.</summary>
    TimedOut,

    /// <summary>The partition or lease is somebody else's: nothing is told to the broker.</summary>
    Lost,

    /// <summary>The drain deadline: given back, not counted.</summary>
    Draining,
}
