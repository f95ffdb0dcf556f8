using System.Diagnostics;
using System.Runtime.InteropServices;
using EventFabric.Drivers;
using EventFabric.Envelope;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using EventFabric.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventFabric.Performance.Contenders;

/// <summary>
/// B3 to B5: scripted batches of 256 through the real subscription to a handler and the tracker. Latencies are the shares of an event in
/// the time that 4,096 of them take.
/// </summary>
internal abstract class Dispatch : IContender
{
    private const int Interval = 4096;

    private readonly ScriptedSource _source;
    private readonly FabricHost _host;
    private LatencyHistogram? _latencies;
    private long _handled;
    private long _before;

    protected Dispatch(Settings settings)
    {
        var body = new byte[Reading.Size];
        MemoryMarshal.Write(body, new Reading { Sequence = 1, Value = 20.5 });
        _source = new ScriptedSource(Headers(), body, settings.Keys);
        _host = new FabricHost("Scripted", settings.ToConfiguration(), builder =>
        {
            builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IBrokerDriver>(new ScriptedDriver(_source)));
            builder.AddSerializer<ReadingSerializer>().AddEvent<Reading>(FabricHost.Channel, contentType: "application/x-reading");
            Register(builder);
        });
    }

    public async ValueTask StartAsync() => await _host.StartAsync();

    public ValueTask<long> RunAsync(Window window)
    {
        var handedOut = _source.HandedOut;
        _latencies = window.Latencies;
        _before = 0;
        _source.Open();
        while (!window.IsOver)
            Thread.Sleep(1);
        _source.Close();
        // A batch may still be on its way from the source to the pump: what was handed out is read again until it stands.
        SpinWait.SpinUntil(() => Volatile.Read(ref _handled) == _source.HandedOut, TimeSpan.FromSeconds(30));
        if (Volatile.Read(ref _handled) != _source.HandedOut)
            throw new TimeoutException($"Handed out {_source.HandedOut}, handled {_handled}.");
        return ValueTask.FromResult(_source.HandedOut - handedOut);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract void Register(IEventFabricBuilder builder);

    /// <summary>Called by the handler, once for each event that it is done with.</summary>
    protected long Count()
    {
        var handled = Interlocked.Increment(ref _handled);
        if (handled % Interval == 0)
            Sample();
        return handled;
    }

    private void Sample()
    {
        var now = Stopwatch.GetTimestamp();
        var before = Interlocked.Exchange(ref _before, now);
        if (before != 0)
            _latencies?.Record(now - before, Interval);
    }

    private static HeaderBlock Headers()
    {
        var services = new ServiceCollection();
        services.AddEventFabric().AddSerializer<ReadingSerializer>().AddEvent<Reading>(FabricHost.Channel, contentType: "application/x-reading");
        using var provider = services.BuildServiceProvider();
        var entry = provider.GetRequiredService<EventTypeRegistry>().Find<Reading>()!;
        var encoder = new EnvelopeEncoder(entry, "/rig", new CloudEventsBinding("ce_", "content-type"), ContentMode.Binary);
        return encoder.WriteTemplate(new byte[encoder.MaxTemplateLength], Guid.CreateVersion7(), 1_800_000_000_000, out _);
    }
}
