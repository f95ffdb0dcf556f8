using System.Threading.Channels;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;

namespace EventFabric.Performance.Peers;

/// <summary>The limit for anything that hands events over one by one: a bounded channel of structs, one reader that calls a delegate.</summary>
internal sealed class ChannelPeer : IContender
{
    private readonly Channel<Reading> _channel = Channel.CreateBounded<Reading>(
        new BoundedChannelOptions(Lead.Events) { SingleReader = true, SingleWriter = true });

    private readonly Consumption _consumption = new();
    private readonly Func<Reading, CancellationToken, ValueTask<Settlement>> _handler;
    private Task _reading = Task.CompletedTask;

    public ChannelPeer() => _handler = (reading, _) =>
    {
        _consumption.Handled(reading.Sent);
        return new ValueTask<Settlement>(Settlement.Ack);
    };

    public ValueTask StartAsync()
    {
        _reading = Task.Run(ReadAsync);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<long> RunAsync(Window window)
    {
        _consumption.Begin(window);
        var events = 0L;
        while (!window.IsOver)
        {
            for (var i = 0; i < 256; i++, events++)
            {
                var reading = new Reading { Sequence = events, Sent = Lead.Stamp(events) };
                _consumption.BeforePublish();
                if (!_channel.Writer.TryWrite(reading))
                    await _channel.Writer.WriteAsync(reading);
            }
        }

        _consumption.WaitForAll();
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Writer.Complete();
        await _reading;
    }

    private async Task ReadAsync()
    {
        var reader = _channel.Reader;
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var reading))
                await _handler(reading, CancellationToken.None);
        }
    }
}
