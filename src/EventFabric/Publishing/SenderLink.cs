using EventFabric.Drivers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventFabric.Publishing;

/// <summary>
/// The sender of one channel: opened on first use, opened again after a fatal error, with backoff in between. A state machine under the channel's lock;
/// its I/O runs outside of it and reports back through the pump.
/// </summary>
internal sealed class SenderLink : IAsyncDisposable
{
    private readonly IBrokerConnection _connection;
    private readonly ChannelPlan _plan;
    private readonly Func<CancellationToken, ValueTask>? _prepare;
    private readonly object _sync;
    private readonly Action _changed;
    private readonly Func<int, long> _wait;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _abort = new();
    private ISender? _leaving;
    private int _failures;
    private State _state;

    /// <param name="connection">The broker.</param>
    /// <param name="plan">The channel.</param>
    /// <param name="prepare">Makes what the address needs; null: nothing.</param>
    /// <param name="sync">The channel's lock.</param>
    /// <param name="changed">Called after every change, outside the lock; queues the pump.</param>
    /// <param name="wait">When the next try is, as a timestamp, after so many failed ones.</param>
    /// <param name="logger">Takes failures.</param>
    internal SenderLink(IBrokerConnection connection, ChannelPlan plan, Func<CancellationToken, ValueTask>? prepare, object sync, Action changed, Func<int, long> wait, ILogger logger)
    {
        _connection = connection;
        _plan = plan;
        _prepare = prepare;
        _sync = sync;
        _changed = changed;
        _wait = wait;
        _logger = logger;
        Abort = _abort.Token;
    }

    private enum State
    {
        Closed,
        Opening,
        Open,
        Closing,
        Disposed,
    }

    /// <summary>The sender, while it can be used.</summary>
    internal ISender? Sender { get; private set; }

    /// <summary>Whether positions that the driver reports mean something.</summary>
    internal bool HasPositions { get; private set; }

    /// <summary>Cancelled when nothing is waited for any more.</summary>
    internal CancellationToken Abort { get; }

    /// <summary>Why it is not open, as the broker said; null: not tried yet, or open.</summary>
    internal Exception? LastError { get; private set; }

    /// <summary>When it may be tried again, as a timestamp.</summary>
    internal long RetryAt { get; private set; } = long.MinValue;

    /// <summary>A refusal that another try would not change; the pump surfaces it to everybody who waits, and takes it away.</summary>
    internal Refusal? Refusal { get; set; }

    /// <summary>Whether a try is to be made now. The caller then runs <see cref="OpenAsync"/> outside the lock.</summary>
    internal bool TryBeginOpen(long now)
    {
        if (_state != State.Closed || now < RetryAt)
            return false;
        _state = State.Opening;
        return true;
    }

    /// <summary>Whether it waits for time alone.</summary>
    internal bool IsResting => _state == State.Closed;

    /// <summary>The sender is of no more use. The caller then runs <see cref="CloseAsync"/> outside the lock.</summary>
    internal bool TryBeginClose(ISender sender)
    {
        if (_state != State.Open || !ReferenceEquals(Sender, sender))
            return false;
        _state = State.Closing;
        _leaving = Sender;
        Sender = null;
        return true;
    }

    /// <summary>Opens the sender. Outside the lock; never throws.</summary>
    internal async Task OpenAsync()
    {
        ISender? sender = null;
        Exception? error = null;
        try
        {
            if (_prepare is not null)
                await _prepare(Abort).ConfigureAwait(false);
            sender = await _connection.OpenSenderAsync(_plan, Abort).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            error = exception;
        }

        bool late;
        lock (_sync)
        {
            late = _state == State.Disposed;
            if (!late && sender is not null)
                Opened(sender);
            else if (!late)
                Failed(error!);
        }

        if (late && sender is not null)
            await DisposeQuietlyAsync(sender).ConfigureAwait(false);
        _changed();
    }

    /// <summary>Disposes the sender that <see cref="TryBeginClose"/> took out, which ends its calls. Outside the lock; never throws.</summary>
    /// <returns>The sender whose calls are over, whatever they say.</returns>
    internal async Task<ISender> CloseAsync()
    {
        var sender = _leaving!;
        await DisposeQuietlyAsync(sender).ConfigureAwait(false);
        lock (_sync)
        {
            _leaving = null;
            if (_state == State.Closing)
                _state = State.Closed;
        }

        return sender;
    }

    /// <summary>Disposes what is open, and opens nothing any more. Outside the lock.</summary>
    public async ValueTask DisposeAsync()
    {
        ISender? sender;
        lock (_sync)
        {
            _state = State.Disposed;
            sender = Sender;
            Sender = null;
        }

        // Continuations of the token are the driver's own: they may run here.
        await _abort.CancelAsync().ConfigureAwait(false);
        if (sender is not null)
            await sender.DisposeAsync().ConfigureAwait(false);
        _abort.Dispose();
    }

    private void Opened(ISender sender)
    {
        Sender = sender;
        _state = State.Open;
        _failures = 0;
        LastError = null;
        HasPositions = _connection.Resolve(_plan, []).Any(static cell => cell is { Capability: Capability.PublishPosition, Support: not Support.Unsupported });
    }

    private void Failed(Exception error)
    {
        _state = State.Closed;
        LastError = error;
        RetryAt = _wait(++_failures);
        var info = error is OptionsValidationException ? new ErrorInfo(ErrorKind.Invalid, "configuration") : _connection.Classify(error);
        PublishLog.CannotOpen(_logger, _plan.Name, info.Code, error);
        if (info.Kind is ErrorKind.NotFound or ErrorKind.Unauthorized or ErrorKind.Invalid or ErrorKind.TooLarge)
            Refusal = new Refusal(info, error);
    }

    private static async ValueTask DisposeQuietlyAsync(ISender sender)
    {
        try
        {
            await sender.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is thrown away because it failed; that it cannot even be disposed says nothing new.
        }
    }
}

/// <summary>A failure to open that another try would not change.</summary>
internal sealed record Refusal(ErrorInfo Info, Exception Error);
