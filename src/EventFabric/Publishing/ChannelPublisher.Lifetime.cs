using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <content>The end: of a sender that failed for good, and of the publisher.</content>
internal sealed partial class ChannelPublisher
{
    private readonly TaskCompletionSource _drained = new();
    private bool _isClosing;
    private bool _isDrained;
    private ISender? _closing;
    private Task? _disposal;

    /// <summary>
    /// Refuses further events, lets those end that are there (each does within the timeout), then closes the sender. Every task of a publish completes.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_sync)
        {
            _isClosing = true;
            _disposal ??= DisposeOnceAsync();
            return new ValueTask(_disposal);
        }
    }

    private async Task DisposeOnceAsync()
    {
        Signal();
        await _drained.Task.ConfigureAwait(false);
        await _link.DisposeAsync().ConfigureAwait(false);
        await _alarm.DisposeAsync().ConfigureAwait(false);
    }

    private void Drained()
    {
        if (_isDrained)
            return;
        _isDrained = true;
        _wake.Add(new DrainSink(_drained));
    }

    private void BeginClose(ISender sender, in ErrorInfo info)
    {
        _closing = sender;
        PublishLog.Reopening(_logger, _plan.Name, info.Code);
        Signal();
    }

    private async Task CloseAsync()
    {
        var sender = await _link.CloseAsync().ConfigureAwait(false);
        lock (_sync)
        {
            foreach (var call in _calls)
                call.IsGivenUp |= ReferenceEquals(call.Sender, sender);
        }

        Signal();
    }

    /// <summary>Lets the disposal go on.</summary>
    private sealed class DrainSink(TaskCompletionSource drained) : PublishSink
    {
        internal override bool IsAbandoned => false;

        internal override bool Set(int index, in PublishResult result) => throw new InvalidOperationException("The end of a publisher takes no results.");

        internal override void Wake() => drained.TrySetResult();
    }
}
