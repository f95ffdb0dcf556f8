using EventFabric.Drivers;
using EventFabric.Lanes;

namespace EventFabric.Subscribing;

/// <summary>One running subscription: opens its receiver, opens it again when it ends, and drains on stop.</summary>
internal sealed class SubscriptionLoop(SubscriptionCore core) : IAsyncDisposable
{
    private static readonly Backoff Pause = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10));
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _begun = new();
    private Task? _run;
    private bool _disposed;

    /// <summary>
    /// Ends when the receiver is open, or when the first try failed and goes on in the background. Throws what no further try can mend.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _run = RunAsync();
        await _begun.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes nothing more, lets handlers that run end until DrainTimeout, cancels them then, settles, and gives the rest back.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_run is null)
            return;
        _stopping.Cancel();
        core.Parked?.Stop();
        if (core.Session is { } session)
            await DrainAsync(session, cancellationToken).ConfigureAwait(false);
        core.Lanes.Stop();
        await _run.WaitAsync(AfterDrain, core.Scheduler.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

    private async Task RunAsync()
    {
        await core.Scheduler.SwitchAsync();
        for (var failures = 0; !_stopping.IsCancellationRequested;)
        {
            var session = new ReceiverSession(core);
            Exception? cause = null;
            try
            {
                await session.OpenAsync(_stopping.Token).ConfigureAwait(false);
                core.Session = session;
                _begun.TrySetResult();
                failures = 0;
                await session.PumpAsync().ConfigureAwait(false);
                if (_stopping.IsCancellationRequested)
                    return;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (SubscriptionRefusedException refused)
            {
                await CloseAsync(session).ConfigureAwait(false);
                Refuse(refused);
                return;
            }
            catch (Exception error)
            {
                cause = error;
            }

            await CloseAsync(session).ConfigureAwait(false);
            _begun.TrySetResult();
            var pause = Pause.Ceiling(++failures);
            SubscriptionLog.ReceiverEnded(core.Services.Logger, core.Plan.Name, pause, cause);
            await Task.Delay(pause, core.Scheduler.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Refuse(SubscriptionRefusedException refused)
    {
        SubscriptionLog.Refused(core.Services.Logger, core.Plan.Name, refused.Message);
        var refusal = new Microsoft.Extensions.Options.OptionsValidationException(string.Empty, typeof(SubscriptionOptions), [refused.Message]);
        _begun.TrySetException(refusal);
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

    private async Task DrainAsync(ReceiverSession session, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = core.Scheduler.Time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), deadline, core.Plan.ReceiverPlan.RevokeGrace, Timeout.InfiniteTimeSpan);
        session.Settler.HoldReleases();
        core.IsDraining = true;
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
