namespace EventFabric.Publishing;

/// <summary>An event that waits for a place in its channel, with memory of its own.</summary>
internal sealed class WaitingPublish(PublishSink sink, int index, Turn? turn, long deadline)
{
    /// <summary>The event.</summary>
    internal OutgoingEvent Event;

    internal PublishSink Sink { get; } = sink;

    internal int Index { get; } = index;

    /// <summary>Who goes on once it has its place; null: nobody.</summary>
    internal Turn? Turn { get; } = turn;

    /// <summary>When its caller gives up, as a timestamp.</summary>
    internal long Deadline { get; } = deadline;

    internal WaitingPublish? Previous { get; set; }

    internal WaitingPublish? Next { get; set; }

    /// <summary>Whether it stands in the queue.</summary>
    internal bool IsWaiting { get; set; }
}
