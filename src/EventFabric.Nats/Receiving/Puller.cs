using System.Globalization;
using System.Text;
using EventFabric.Nats.Sending;
using Microsoft.Extensions.Logging;

namespace EventFabric.Nats.Receiving;

/// <summary>
/// Asks one consumer for records, as many as there is room for: the next pull is on its way while the last one is half used, and one that the server has forgotten
/// is asked for again. Any thread.
/// </summary>
internal sealed class Puller
{
    private static readonly TimeSpan Expires = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(11);

    private readonly object _sync = new();
    private readonly NatsLink _link;
    private readonly string _stream;
    private readonly string _consumer;
    private readonly string _inbox;
    private readonly string _api;
    private readonly Queue<Pull> _open = new();
    private int _outstanding;
    private long _number;
    private long _heard;
    private bool _ended;

    /// <param name="link">The connection.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="consumer">The consumer.</param>
    /// <param name="inbox">Where records arrive, without the number of the pull.</param>
    /// <param name="maxBytes">The most bytes of one pull.</param>
    internal Puller(NatsLink link, string stream, string consumer, string inbox, long maxBytes)
    {
        (_link, _stream, _consumer, _inbox, MaxBytes) = (link, stream, consumer, inbox, maxBytes);
        _api = $"{link.JetStream.Opts.Prefix}.CONSUMER.MSG.NEXT.{stream}.{consumer}";
    }

    /// <summary>The most bytes of a pull; not less than the largest record, which would never come.</summary>
    internal long MaxBytes { get; set; }

    /// <summary>What pulls of a consumer with owners say besides: the group, and the pin where there is one.</summary>
    internal string? Pin { get; set; }

    internal bool HasOwners { get; init; }

    /// <summary>Asks for more where less than half of it is on its way.</summary>
    /// <param name="room">How many records there is room for.</param>
    internal void Ask(int room)
    {
        Pull pull;
        lock (_sync)
        {
            if (_ended || room <= 0 || _outstanding * 2 > room || !_link.IsOpen)
                return;
            pull = new Pull(++_number, room - _outstanding);
            _open.Enqueue(pull);
            _outstanding += pull.Left;
            _heard = _link.Time.GetTimestamp();
        }

        _ = SendAsync(pull);
    }

    /// <summary>A record came.</summary>
    internal void Arrived()
    {
        lock (_sync)
        {
            _heard = _link.Time.GetTimestamp();
            // The server serves pulls in their order.
            while (_open.TryPeek(out var pull))
            {
                if (pull.Left > 0)
                {
                    pull.Left--;
                    _outstanding--;
                }

                if (pull.Left > 0)
                    return;
                _open.Dequeue();
                return;
            }
        }
    }

    /// <summary>News of a pull: all but a heartbeat end it.</summary>
    /// <returns>False: a heartbeat.</returns>
    internal bool Told(string number, PullStatus status)
    {
        lock (_sync)
        {
            _heard = _link.Time.GetTimestamp();
            if (status.Code == PullStatus.Heartbeat)
                return false;
            foreach (var pull in _open)
            {
                if (number.Equals(pull.Text, StringComparison.Ordinal))
                {
                    _outstanding -= pull.Left;
                    pull.Left = 0;
                }
            }

            while (_open.TryPeek(out var first) && first.Left == 0)
                _open.Dequeue();
        }

        if (!status.IsUsual)
            NatsLog.PullEnded(_link.Logger, _stream, _consumer, status.Code, status.Text);
        return true;
    }

    /// <summary>The server has forgotten all pulls: the connection was another one.</summary>
    internal void Forget()
    {
        lock (_sync)
        {
            _open.Clear();
            _outstanding = 0;
        }
    }

    /// <summary>Forgets the pulls when the server has been silent about them for too long.</summary>
    /// <returns>Whether it has.</returns>
    internal bool IsSilent()
    {
        lock (_sync)
        {
            if (_outstanding == 0 || _link.Time.GetElapsedTime(_heard) < Silence)
                return false;
        }

        NatsLog.Silent(_link.Logger, _stream, _consumer, Silence.TotalSeconds);
        Forget();
        return true;
    }

    /// <summary>Asks for nothing more.</summary>
    internal void End()
    {
        lock (_sync)
            _ended = true;
        Forget();
    }

    private async Task SendAsync(Pull pull)
    {
        try
        {
            await _link.Connection.PublishAsync(_api, Body(pull.Left), replyTo: $"{_inbox}.{pull.Text}", serializer: BodySerializer.Instance).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Asked again when the connection is back, or when nothing has been heard for a while.
            if (_link.Logger.IsEnabled(LogLevel.Debug))
                NatsLog.PullEnded(_link.Logger, _stream, _consumer, 0, error.Message);
        }
    }

    private ReadOnlyMemory<byte> Body(int count)
    {
        var text = new StringBuilder(128);
        text.Append(CultureInfo.InvariantCulture, $"{{\"batch\":{count},\"expires\":{Nanoseconds(Expires)},\"idle_heartbeat\":{Nanoseconds(Heartbeat)}");
        text.Append(CultureInfo.InvariantCulture, $",\"max_bytes\":{MaxBytes}");
        if (HasOwners)
            text.Append(",\"group\":\"").Append(ConsumerAdmin.OwnerGroup).Append('"');
        if (Pin is { } pin)
            text.Append(",\"id\":\"").Append(pin).Append('"');
        return Encoding.UTF8.GetBytes(text.Append('}').ToString());
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * 100;

    private sealed class Pull(long number, int left)
    {
        internal string Text { get; } = number.ToString(CultureInfo.InvariantCulture);

        internal int Left { get; set; } = left;
    }
}
