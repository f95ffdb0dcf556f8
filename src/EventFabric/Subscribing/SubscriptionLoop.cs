using EventFabric.Drivers;
using EventFabric.Lanes;

namespace EventFabric.Subscribing;

/// <summary>One running subscription: opens its receiver, opens it again when it ends, and drains on stop.</summary>
internal sealed class SubscriptionLoop(SubscriptionCore core) : ISubscriptionLoop
{
    private static readonly Backoff Pause = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10));
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task? _run;
    private bool _disposed;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var session = await OpenAsync(cancellationToken).ConfigureAwait(false);
        _run = RunAsync(session);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_run is null)
            return;
        // Here and now, not on another thread: a simulation owns all of them.
#pragma warning disable VSTHRD103
        _stopping.Cancel();
#pragma warning restore VSTHRD103
        core.Parked?.Stop();
        await DrainAsync(core.Session, cancellationToken).ConfigureAwait(false);
        core.Lanes.Stop();
        await _run.WaitAsync(AfterDrain, core.Scheduler.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _run = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        core.Dispose();
        _stopping.Dispose();
    }

    private async Task<ReceiverSession> OpenAsync(CancellationToken cancellationToken)
    {
        var session = new ReceiverSession(core);
        try
        {
            await session.OpenAsync(cancellationToken).ConfigureAwait(false);
            core.Session = session;
            // Either we see here that the loop stops, or who stops it sees the session.
            Interlocked.MemoryBarrier();
            _stopping.Token.ThrowIfCancellationRequested();
            return session;
        }
        catch
        {
            await CloseAsync(session).ConfigureAwait(false);
            throw;
        }
    }

    private async Task RunAsync(ReceiverSession? session)
    {
        await core.Scheduler.SwitchAsync();
        for (var failures = 0; !_stopping.IsCancellationRequested;)
        {
            Exception? cause = null;
            try
            {
                session ??= await OpenAsync(_stopping.Token).ConfigureAwait(false);
                failures = 0;
                await session.PumpAsync().ConfigureAwait(false);
            }
            catch (Exception error)
            {
                cause = error;
            }

            if (_stopping.IsCancellationRequested)
                return;
            if (session is not null)
                await CloseAsync(session).ConfigureAwait(false);
            session = null;
            var pause = Pause.Ceiling(++failures);
            SubscriptionLog.ReceiverEnded(core.Services.Logger, core.Plan.Name, pause, cause);
            await core.Scheduler.DelayAsync(pause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CloseAsync(ReceiverSession session)
    {
        if (ReferenceEquals(core.Session, session))
            core.Session = null;
        try
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            SubscriptionLog.CloseFailed(core.Services.Logger, core.Plan.Name, error);
        }
    }

    /// <param name="session">Null between two receivers: then only handlers that still run are waited for.</param>
    /// <param name="cancellationToken">Ends the waiting for handlers at once.</param>
    private async Task DrainAsync(ReceiverSession? session, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = core.Scheduler.Time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), deadline, core.Plan.ReceiverPlan.RevokeGrace, Timeout.InfiniteTimeSpan);
        session?.Settler.HoldReleases();
        core.IsDraining = true;
        if (session is not null)
            await Quietly(session.StopAsync(deadline.Token).AsTask()).ConfigureAwait(false);
        core.Drop(static _ => true, Verdict.Release);
        core.ReleaseFailed(static _ => true, Verdict.Release, now: false);
        var idle = core.WhenIdleAsync();
        await idle.WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!idle.IsCompleted)
        {
            core.ReleaseFailed(static _ => true, Verdict.Release, now: true);
            core.Interrupt(static _ => true, CallEnd.Draining);
            await idle.WaitAsync(AfterDrain, core.Scheduler.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!idle.IsCompleted)
                SubscriptionLog.HandlerOutlivedDrain(core.Services.Logger, core.Plan.Name);
        }

        core.Drop(static _ => true, Verdict.Release);
        if (session is null)
            return;
        session.Settler.LetReleasesGo();
        await session.Settler.FlushAsync().WaitAsync(AfterDrain, core.Scheduler.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync(session).ConfigureAwait(false);
    }

    private async Task Quietly(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            SubscriptionLog.CloseFailed(core.Services.Logger, core.Plan.Name, error);
        }
    }
}
