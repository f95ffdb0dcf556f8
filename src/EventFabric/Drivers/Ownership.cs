using System.Diagnostics.CodeAnalysis;
using EventFabric.Scheduling;

namespace EventFabric.Drivers;

/// <summary>One tenure of one partition: made anew at each assignment and each seek, and never used again. All members may be called from any thread.</summary>
[Experimental("EVF9001")]
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A source without timer holds nothing that wants disposing.")]
public sealed class Ownership
{
    private CancellationTokenSource? _source;
    private WorkScheduler? _scheduler;
    private int _ended;

    /// <summary>Begins a tenure.</summary>
    /// <param name="partition">The partition's name; empty for a broker without partitions.</param>
    /// <param name="index">The partition's number; -1 for a broker without partitions.</param>
    public Ownership(string partition, int index)
    {
        ArgumentNullException.ThrowIfNull(partition);
        Partition = partition;
        Index = index;
    }

    /// <summary>The partition's name; empty for a broker without partitions.</summary>
    public string Partition { get; }

    /// <summary>The partition's number, -1 for a broker without partitions: what <see cref="RecordPosition.Partition"/> says.</summary>
    public int Index { get; }

    /// <summary>Whether the tenure has ended.</summary>
    public bool IsLost => Volatile.Read(ref _ended) != 0;

    /// <summary>Cancelled after the tenure has ended, on a thread of the engine and never on the caller's of <see cref="End"/>.</summary>
    public CancellationToken Lost
    {
        get
        {
            if (Volatile.Read(ref _source) is { } known)
                return known.Token;
            if (IsLost)
                return new CancellationToken(canceled: true);

            var made = new CancellationTokenSource();
            var source = Interlocked.CompareExchange(ref _source, made, null) ?? made;
            if (IsLost)
                QueueCancel(source);
            return source.Token;
        }
    }

    /// <summary>The engine's watermark and lanes of this tenure, so that no table is searched for them.</summary>
    internal object? Tracker { get; set; }

    /// <summary>Ends the tenure. Called by the driver, first thing when the partition is lost, when a seek begins, and when a revocation is over. Idempotent.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0 && Volatile.Read(ref _source) is { } source)
            QueueCancel(source);
    }

    /// <summary>Says where <see cref="Lost"/> is cancelled. Called by the engine when it hears of the assignment.</summary>
    internal void Attach(WorkScheduler scheduler) => Volatile.Write(ref _scheduler, scheduler);

    private void QueueCancel(CancellationTokenSource source)
    {
        var item = new CancelItem(source);
        if (Volatile.Read(ref _scheduler) is { } scheduler)
            scheduler.Queue(item);
        else
            ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
    }

    private sealed class CancelItem(CancellationTokenSource source) : IThreadPoolWorkItem
    {
        public void Execute() => source.Cancel();
    }
}
