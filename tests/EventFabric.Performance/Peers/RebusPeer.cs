using EventFabric.Performance.Harness;
using Rebus.Activation;
using Rebus.Config;
using Rebus.Transport.InMem;

namespace EventFabric.Performance.Peers;

/// <summary>Rebus over its in-memory transport: sent to its own queue, one worker, one handler. JSON, which is its default.</summary>
internal sealed class RebusPeer : IContender
{
    private const string Queue = "readings";

    private readonly Consumption _consumption = new();
    private readonly BuiltinHandlerActivator _activator = new();

    public ValueTask StartAsync()
    {
        _activator.Handle<PeerMessage>(message =>
        {
            _consumption.Handled(message.Sent);
            return Task.CompletedTask;
        });
        Configure.With(_activator)
            .Logging(static logging => logging.None())
            .Transport(static transport => transport.UseInMemoryTransport(new InMemNetwork(), Queue))
            .Options(static options => options.SetNumberOfWorkers(1))
            .Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask<long> RunAsync(Window window)
    {
        _consumption.Begin(window);
        var events = 0L;
        for (; !window.IsOver; events++)
        {
            _consumption.BeforePublish();
            await _activator.Bus.SendLocal(new PeerMessage(events, Lead.Stamp(events)));
        }

        _consumption.WaitForAll();
        return events;
    }

    public ValueTask DisposeAsync()
    {
        _activator.Dispose();
        return ValueTask.CompletedTask;
    }
}
