using System.Diagnostics;

namespace EventFabric.Performance.Harness;

/// <summary>A contender that is a plain loop on one thread. Its latencies are the shares of an event in the time of its chunk.</summary>
internal abstract class LoopContender : IContender
{
    /// <summary>How many events a chunk is.</summary>
    protected abstract int ChunkSize { get; }

    public virtual ValueTask StartAsync() => ValueTask.CompletedTask;

    public ValueTask<long> RunAsync(Window window)
    {
        var events = 0L;
        while (!window.IsOver)
        {
            var began = Stopwatch.GetTimestamp();
            RunChunk();
            window.Latencies.Record(Stopwatch.GetTimestamp() - began, ChunkSize);
            events += ChunkSize;
        }

        return ValueTask.FromResult(events);
    }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected abstract void RunChunk();
}
