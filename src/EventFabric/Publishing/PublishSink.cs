namespace EventFabric.Publishing;

/// <summary>Where results go: one publish, or one batch of them. Linked into a list while its caller is about to be woken.</summary>
internal abstract class PublishSink
{
    /// <summary>The next one in a list of callers to wake.</summary>
    internal PublishSink? Next { get; set; }

    /// <summary>Whether its result came while its caller was still on the stack that started the call: it is not woken then.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Whether the caller has gone: cancelled. Its records are not sent again.</summary>
    internal abstract bool IsAbandoned { get; }

    /// <summary>Takes the result of one record, once, under the lock of its channel. Runs no foreign code.</summary>
    /// <returns>Whether the caller is now to be woken by <see cref="Wake"/>.</returns>
    internal abstract bool Set(int index, in PublishResult result);

    /// <summary>Lets the caller go on, on this stack: outside all locks, never on a driver's thread.</summary>
    internal abstract void Wake();
}
