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

        var entry = _registry.Find<T>() ?? throw PublishErrors.NotAdded(data.GetType(), typeof(T));
        var route = RouteOf(entry);
        var target = route.TargetOf(options?.Channel);
        var key = PublishCheck.Key(entry, options?.Key ?? KeyOf(entry, data));
        var now = Now();
        Begin(target, options, key, now, IdOf(options, now), out var outgoing);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<PublishResult>(cancellationToken);
        if (_chain is not null)
            return RunChain(NewCall(route, target, data, options, outgoing), cancellationToken);

        var scratch = PublishScratch.Take();
        PublishCall<T>? call = null;
        if (entry.ReadsPublishContext)
        {
            call = scratch.CallOf<T>();
            call.BeginEncoding(route, target, data, options, outgoing);
        }

        ValueTask writing;
        try
        {
            writing = Encoder.EncodeAsync(entry, data, scratch, call, cancellationToken);
        }
        catch (Exception exception)
        {
            return NotEncoded(exception, outgoing.Id);
        }

        if (!writing.IsCompletedSuccessfully)
            return SendWhenEncodedAsync(writing, target, outgoing, call, scratch, cancellationToken);
        Observe(writing);
        var publishing = SendEncoded(target, ref outgoing, call, scratch, cancellationToken);
        call?.End();
        return publishing;
    }

    private ValueTask<PublishResult> PublishObject(EventRoute route, object data, PublishOptions? options, CancellationToken cancellationToken)
    {
        var target = route.TargetOf(options?.Channel);
        var key = PublishCheck.Key(route.Entry, options?.Key ?? KeyOf(route.Entry, data));
        var now = Now();
        Begin(target, options, key, now, IdOf(options, now), out var outgoing);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<PublishResult>(cancellationToken);
        var call = NewCall(route, target, data, options, outgoing);
        return _chain is not null ? RunChain(call, cancellationToken) : SendAsync(call, cancellationToken);
    }

    /// <summary>What comes after the middleware. It may come more than once for one event: middleware may try again.</summary>
    private ValueTask<PublishResult> SendAsync(PublishCall call, CancellationToken cancellationToken)
    {
        var scratch = PublishScratch.Take();
        var outgoing = call.Outgoing;
        ValueTask writing;
        try
        {
            writing = call.EncodeAsync(this, scratch, cancellationToken);
        }
        catch (Exception exception)
        {
            return NotEncoded(exception, outgoing.Id);
        }

        if (!writing.IsCompletedSuccessfully)
            return SendWhenEncodedAsync(writing, call.Target, outgoing, call, scratch, cancellationToken);
        Observe(writing);
        return SendEncoded(call.Target, ref outgoing, call, scratch, cancellationToken);
    }

    private static async ValueTask<PublishResult> SendWhenEncodedAsync(
        ValueTask writing, RouteTarget target, OutgoingEvent outgoing, PublishCall? call, PublishScratch scratch, CancellationToken cancellationToken)
    {
        try
        {
            await writing.ConfigureAwait(false);
        }
        catch (EventFabricException exception) when (exception is not PublishException)
        {
            throw PublishErrors.Single(ChannelPublisher.ErrorResult(outgoing.Id, exception), exception);
        }

        return await SendEncoded(target, ref outgoing, call, scratch, cancellationToken).ConfigureAwait(false);
    }

    private static ValueTask<PublishResult> SendEncoded(
        RouteTarget target, ref OutgoingEvent outgoing, PublishCall? call, PublishScratch scratch, CancellationToken cancellationToken)
    {
        call?.TakeHeaders(ref outgoing);
        scratch.MoveTo(ref outgoing);
        var publishing = target.Publisher.PublishAsync(outgoing, cancellationToken);
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

    private static CloudEventId IdOf(PublishOptions? options, long now) =>
        options?.Id is { } id ? new CloudEventId(id) : new CloudEventId(EventIds.Next(now));

    private static void Begin(RouteTarget target, PublishOptions? options, string? key, long now, CloudEventId id, out OutgoingEvent outgoing)
    {
        // Filled in place: it is large, and every copy of it would be paid by every event.
        outgoing = default;
        outgoing.Envelope = target.Envelope;
        outgoing.Channel = target.Channel;
        outgoing.UnixMilliseconds = now;
        outgoing.Id = id;
        outgoing.Key = key;
        outgoing.Flags = key is null ? RecordFlags.None : RecordFlags.HasKey;
        if (options is null)
            return;
        outgoing.Time = options.Time;
        outgoing.Subject = options.Subject;
        outgoing.Headers = options.Headers is { Count: > 0 } headers ? headers : null;
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

    private static PublishCall<T> NewCall<T>(EventRoute route, RouteTarget target, T data, PublishOptions? options, in OutgoingEvent outgoing)
        where T : notnull
    {
        var call = new PublishCall<T>();
        call.Begin(route, target, data, options, outgoing);
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
