using System.Text;
using EventFabric.Drivers;
using EventFabric.Scheduling;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Tests.Publishing;

/// <summary>The publisher of an application, from the container, on a scripted broker. No host is started.</summary>
internal sealed class PublisherRig
{
    public const string Json = """
        { "EventFabric": {
            "Source": "/shop",
            "MaxEventBytes": 4096,
            "Brokers": { "default": { "Type": "Scripted" } },
            "Channels": { "orders": {}, "audit": {}, "structured": { "ContentMode": "Structured" } } } }
        """;

    public PublisherRig(Action<IEventFabricBuilder>? register = null, ScriptedBroker? broker = null, WorkScheduler? scheduler = null)
    {
        Broker = broker ?? new ScriptedBroker();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Json))).Build());
        services.AddSingleton(scheduler ?? Scheduler);
        services.AddSingleton<IBrokerDriver>(new Driver(Broker));
        var builder = services.AddEventFabric()
            .AddEvent<Placed>("orders", key: static placed => placed.OrderId)
            .AddEvent<Cancelled>("orders", key: static cancelled => cancelled.OrderId)
            .AddEvent<Note>("orders")
            .AddEvent<Homeless>()
            .AddEvent<Measured>("orders", contentType: "application/x-measured")
            .AddSerializer<MeasuredSerializer>();
        register?.Invoke(builder);
        Services = services.BuildServiceProvider();
        Publisher = Services.GetRequiredService<IEventPublisher>();
    }

    public PublishScheduler Scheduler { get; } = new();

    public ScriptedBroker Broker { get; }

    public ServiceProvider Services { get; }

    public IEventPublisher Publisher { get; }

    /// <summary>Opens the channel, and forgets what that took.</summary>
    public PublisherRig Opened()
    {
        var onSend = Broker.OnSend;
        Broker.OnSend = ScriptedBroker.AcceptInline;
        var first = Publish(new Note("first"));
        Scheduler.Run();
        if (!first.IsCompletedSuccessfully)
            throw new InvalidOperationException("The channel did not open.", first.Exception);
        Broker.OnSend = onSend;
        Broker.Calls.Clear();
        Broker.Stored.Clear();
        Broker.Headers.Clear();
        return this;
    }

    public Task<PublishResult> Publish<T>(T data, PublishOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull => Publisher.PublishAsync(data, options, cancellationToken).AsTask();

    public void Run() => Scheduler.Run();

    private sealed class Driver(ScriptedBroker broker) : IBrokerDriver
    {
        public string Type => "Scripted";

        public IBrokerConnection Create(BrokerContext context) => broker;
    }
}

internal interface IShopEvent;

[EventType("placed")]
internal record Placed(string OrderId) : IShopEvent;

internal sealed record PlacedTwice(string OrderId, string Again) : Placed(OrderId);

[EventType("cancelled")]
internal sealed record Cancelled(string OrderId) : IShopEvent;

[EventType("note")]
internal sealed record Note(string Text) : IShopEvent;

[EventType("homeless")]
internal sealed record Homeless(string Text);

internal sealed record Unknown(string Text) : IShopEvent;

[EventType("measured")]
internal readonly record struct Measured(long Id, long Value);

/// <summary>Sixteen bytes an event; fails for negative values, suspends for values above a million until released.</summary>
internal sealed class MeasuredSerializer : IEventSerializer
{
    public static TaskCompletionSource Released { get; set; } = new();

    public string ContentType => "application/x-measured";

    public ValueTask SerializeAsync<T>(T data, System.Buffers.IBufferWriter<byte> output, PublishContext context, CancellationToken cancellationToken)
    {
        if (data is not Measured measured)
            throw new NotSupportedException();
        if (measured.Value < 0)
            throw new FormatException("negative");
        if (measured.Value > 1_000_000)
            return Later(measured, output, context);
        Write(measured, output);
        return default;
    }

    public ValueTask<T> DeserializeAsync<T>(System.Buffers.ReadOnlySequence<byte> body, EventContext context, CancellationToken cancellationToken)
    {
        var bytes = body.FirstSpan;
        var measured = new Measured(
            System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(bytes), System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
        return new ValueTask<T>(System.Runtime.CompilerServices.Unsafe.As<Measured, T>(ref measured));
    }

    private static async ValueTask Later(Measured measured, System.Buffers.IBufferWriter<byte> output, PublishContext context)
    {
        await Released.Task;
        context.Headers["late"] = "yes";
        Write(measured, output);
    }

    private static void Write(Measured measured, System.Buffers.IBufferWriter<byte> output)
    {
        var span = output.GetSpan(16);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(span, measured.Id);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(span[8..], measured.Value);
        output.Advance(16);
    }
}
