using EventFabric.Nats.Topology;
using NATS.Client.JetStream;

namespace EventFabric.Nats.Sending;

/// <summary>
/// Finds out why nobody listened on a subject: the stream is gone, or it has no leader just now. One question at a time, for all that wait. Any thread.
/// </summary>
internal sealed class StreamProbe(NatsLink link, StreamRef stream)
{
    private readonly object _sync = new();
    private List<Action<Exception>>? _waiting;

    /// <summary>Calls back with the reason, from a thread of the pool.</summary>
    internal void Ask(Action<Exception> tell)
    {
        lock (_sync)
        {
            if (_waiting is not null)
            {
                _waiting.Add(tell);
                return;
            }

            _waiting = [tell];
        }

        _ = AskAsync();
    }

    private async Task AskAsync()
    {
        Exception reason;
        try
        {
            await link.JetStream.GetStreamAsync(stream.Name, cancellationToken: link.UntilDown).ConfigureAwait(false);
            reason = new NatsJSException($"Nobody answered for the stream \"{stream.Name}\"; it is there, and has no leader at times.");
        }
        catch (NatsJSApiException error) when (NatsErrors.Is(error, NatsErrors.StreamNotFound))
        {
            reason = NatsErrors.NoStream(stream.Name, stream.Address);
        }
        catch (Exception error)
        {
            reason = error;
        }

        List<Action<Exception>> waiting;
        lock (_sync)
            (waiting, _waiting) = (_waiting!, null);
        foreach (var tell in waiting)
            tell(reason);
    }
}
