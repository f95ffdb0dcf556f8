using EventFabric.Drivers;

namespace EventFabric.Kafka.Receiving;

/// <summary>The one Receive that may be pending, and what the poll thread sleeps on while there is none.</summary>
internal sealed class Demand : IDisposable
{
    private readonly ReceiveSlot _slot = new();
    private readonly ManualResetEventSlim _news = new(initialState: false, spinCount: 50);

    /// <summary>How many records the pending Receive takes; 0: none is pending.</summary>
    internal int Wanted => _slot.Wanted;

    internal bool IsStopped => _slot.IsStopped;

    internal ValueTask<InboundBatch?> Start(int max)
    {
        var receive = _slot.Start(max);
        if (!receive.IsCompleted)
            _news.Set();
        return receive;
    }

    /// <summary>Sleeps until something is wanted, somebody nudges, or the time is over. Poll thread only.</summary>
    internal void Wait(TimeSpan time)
    {
        _news.Wait(time);
        _news.Reset();
    }

    /// <summary>Wakes the poll thread.</summary>
    internal void Nudge() => _news.Set();

    /// <summary>Hands a batch over. False: nobody wants it any more.</summary>
    internal bool TryComplete(InboundBatch batch) => _slot.TryComplete(batch);

    /// <summary>Ends the pending Receive with nothing, and every later one.</summary>
    internal void Stop()
    {
        _slot.Stop();
        _news.Set();
    }

    /// <summary>Ends the pending Receive with an error, and every later one.</summary>
    internal void Fail(Exception error) => _slot.Fail(error);

    public void Dispose() => _news.Dispose();
}
