using System.Runtime.CompilerServices;
using EventFabric.Configuration;
using EventFabric.Drivers;
using EventFabric.Serialization;

namespace EventFabric.Publishing;

/// <summary>
/// The publisher of an application: finds the way of an event by its runtime type, serializes it and hands it to its channel. Thread-safe.
/// </summary>
internal sealed partial class EventPublisher : IEventPublisher
{
    private readonly FabricRuntime _runtime;
    private readonly EventTypeRegistry _registry;
    private readonly TimeProvider _time;
    private readonly PublishChain? _chain;
    private EventRoute?[] _routes = [];

    /// <param name="runtime">Plan and channels; read on first use.</param>
    /// <param name="registry">The event types.</param>
    /// <param name="encoder">Writes bodies.</param>
    /// <param name="middleware">The first is the outermost.</param>
    /// <param name="time">The clock of ids and event times.</param>
    internal EventPublisher(
        FabricRuntime runtime, EventTypeRegistry registry, PayloadEncoder encoder, IReadOnlyList<IPublishMiddleware> middleware, TimeProvider time)
    {
        _runtime = runtime;
        _registry = registry;
        _time = time;
        Encoder = encoder;
        _chain = middleware.Count == 0 ? null : new PublishChain(middleware, SendAsync);
    }

    internal PayloadEncoder Encoder { get; }

    public ValueTask<PublishResult> PublishAsync<T>(T data, PublishOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull
    {
        if (data is null)
            throw new ArgumentNullException(nameof(data));
        if (options is not null)
            PublishCheck.Options(options);
        if (!typeof(T).IsValueType && data.GetType() != typeof(T) && _registry.Find(data.GetType()) is { } runtimeEntry)
            return PublishObject(RouteOf(runtimeEntry), data, options, cancellationToken);

        var route = RouteOf<T>() ?? throw PublishErrors.NotAdded(data.GetType(), typeof(T));
        var entry = Unsafe.As<EventTypeEntry<T>>(route.Entry);
        var head = new PublishHead(route.TargetOf(options?.Channel), options, PublishCheck.Key(entry, options?.Key ?? KeyOf(entry, data)), Now());
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<PublishResult>(cancellationToken);
        if (_chain is not null)
            return RunChain(NewCall(route, data, head), cancellationToken);

        var scratch = PublishScratch.Take();
        PublishCall<T>? call = null;
        if (entry.ReadsPublishContext)
        {
            call = scratch.CallOf<T>();
            call.Begin(route, data, head);
        }

        ValueTask writing;
        try
        {
            writing = Encoder.EncodeAsync(entry, data, scratch, call, cancellationToken);
        }
        catch (Exception exception)
        {
            return NotEncoded(exception, head.Id);
        }

        if (!writing.IsCompletedSuccessfully)
            return SendWhenEncodedAsync(writing, head, call, scratch, cancellationToken);
        Observe(writing);
        var publishing = SendEncoded(head, call, scratch, cancellationToken);
        call?.End();
        return publishing;
    }

    private ValueTask<PublishResult> PublishObject(EventRoute route, object data, PublishOptions? options, CancellationToken cancellationToken)
    {
        var head = new PublishHead(route.TargetOf(options?.Channel), options, PublishCheck.Key(route.Entry, options?.Key ?? KeyOf(route.Entry, data)), Now());
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<PublishResult>(cancellationToken);
        var call = NewCall(route, data, head);
        return _chain is not null ? RunChain(call, cancellationToken) : SendAsync(call, cancellationToken);
    }

    /// <summary>What comes after the middleware. It may come more than once for one event: middleware may try again.</summary>
    private ValueTask<PublishResult> SendAsync(PublishCall call, CancellationToken cancellationToken)
    {
        var scratch = PublishScratch.Take();
        ValueTask writing;
        try
        {
            writing = call.EncodeAsync(this, scratch, cancellationToken);
        }
        catch (Exception exception)
        {
            return NotEncoded(exception, call.Head.Id);
        }

        if (!writing.IsCompletedSuccessfully)
            return SendWhenEncodedAsync(writing, call.Head, call, scratch, cancellationToken);
        Observe(writing);
        return SendEncoded(call.Head, call, scratch, cancellationToken);
    }

    private static async ValueTask<PublishResult> SendWhenEncodedAsync(
        ValueTask writing, PublishHead head, PublishCall? call, PublishScratch scratch, CancellationToken cancellationToken)
    {
        try
        {
            await writing.ConfigureAwait(false);
        }
        catch (EventFabricException exception) when (exception is not PublishException)
        {
            throw PublishErrors.Single(ChannelPublisher.ErrorResult(head.Id, exception), exception);
        }

        return await SendEncoded(head, call, scratch, cancellationToken).ConfigureAwait(false);
    }

    private static ValueTask<PublishResult> SendEncoded(in PublishHead head, PublishCall? call, PublishScratch scratch, CancellationToken cancellationToken)
    {
        var outgoing = head.ToOutgoing();
        call?.TakeHeaders(ref outgoing);
        scratch.MoveTo(ref outgoing);
        var publishing = head.Target.Publisher.PublishAsync(outgoing, cancellationToken);
        call?.HandOn();
        PublishScratch.Give(scratch);
        return publishing;
    }

    private ValueTask<PublishResult> RunChain(PublishCall call, CancellationToken cancellationToken)
    {
        try
        {
            return _chain!.RunAsync(call, cancellationToken);
        }
        catch (Exception exception)
        {
            // As if the middleware were an async method, whether it is one or not.
            return ValueTask.FromException<PublishResult>(exception);
        }
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private EventRoute? RouteOf<T>()
        where T : notnull
    {
        var routes = Volatile.Read(ref _routes);
        var slot = TypeSlot<T>.Index;
        return slot < routes.Length && routes[slot] is { } route ? route : _registry.Find<T>() is { } entry ? AddRoute(entry) : null;
    }

    private EventRoute RouteOf(EventTypeEntry entry)
    {
        var routes = Volatile.Read(ref _routes);
        return entry.Slot < routes.Length && routes[entry.Slot] is { } route ? route : AddRoute(entry);
    }

    private EventRoute AddRoute(EventTypeEntry entry)
    {
        lock (_registry)
        {
            var routes = _routes;
            if (entry.Slot < routes.Length && routes[entry.Slot] is { } known)
                return known;
            var larger = new EventRoute?[Math.Max(routes.Length, entry.Slot + 1)];
            routes.CopyTo(larger, 0);
            var route = larger[entry.Slot] = new EventRoute(entry, _runtime);
            Volatile.Write(ref _routes, larger);
            return route;
        }
    }

    private static PublishCall<T> NewCall<T>(EventRoute route, T data, in PublishHead head)
        where T : notnull
    {
        var call = new PublishCall<T>();
        call.Begin(route, data, head);
        return call;
    }

    private static string? KeyOf<T>(EventTypeEntry<T> entry, T data)
        where T : notnull =>
        entry.Key is { } key ? key(data) : data is Tombstone tombstone ? tombstone.Key : null;

    private static string? KeyOf(EventTypeEntry entry, object data) =>
        entry.KeyOf(data) ?? (data as Tombstone)?.Key;

    private static ValueTask<PublishResult> NotEncoded(Exception exception, CloudEventId id) => ValueTask.FromException<PublishResult>(
        exception is EventFabricException error and not PublishException ? PublishErrors.Single(ChannelPublisher.ErrorResult(id, error), error) : exception);

    private static void Observe(ValueTask writing) => PublishBatch.Observe(writing);
}
