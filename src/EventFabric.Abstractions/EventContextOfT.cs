using System.Diagnostics.CodeAnalysis;

namespace EventFabric;

/// <summary>
/// One event while it is handled. A handle to values that belong to the delivery: nothing is allocated for it, and texts are made when they are read.
/// It is valid until the handler returns; every member of a copy that is used later throws <see cref="InvalidOperationException"/>, and so does every
/// member of <c>default</c>. Any thread may read it while the handler runs.
/// </summary>
/// <typeparam name="T">The event's type.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "A handle; contexts are not compared.")]
public readonly struct EventContext<T>
    where T : notnull
{
    private readonly EventSlot<T>? _slot;
    private readonly int _version;

    /// <summary>
    /// Makes an event that no broker delivered, for a handler's unit test: a new id, now, attempt 1, empty texts, no services. Set what the test needs
    /// in an initializer. It stays valid for ever.
    /// </summary>
    /// <param name="data">The event's data.</param>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    public EventContext(T data)
    {
        ArgumentNullException.ThrowIfNull(data);
        _slot = new StandaloneSlot<T>(data);
        _version = 0;
    }

    internal EventContext(EventSlot<T> slot, int version)
    {
        _slot = slot;
        _version = version;
    }

    /// <summary>The event's data.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public T Data
    {
        get
        {
            var slot = _slot;
            if (slot is null)
            {
                StaleContext.Throw(slot);
            }

            // Read first, compared afterwards: a value of the slot's next event cannot pass.
            var payload = slot.Payload;
            Volatile.ReadBarrier();
            if (slot.Version != _version)
            {
                StaleContext.Throw(slot);
            }

            return payload!;
        }
    }

    /// <summary>The CloudEvents id: the same on every attempt and every hop.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public string Id
    {
        get => Live.Confirm(_slot!.Id, _version);
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Id = value });
            _version = 0;
        }
    }

    /// <summary>The CloudEvents type, as it was received.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public string Type
    {
        get => Live.Confirm(_slot!.Type, _version);
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Type = value });
            _version = 0;
        }
    }

    /// <summary>The CloudEvents subject; null when there is none.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public string? Subject
    {
        get => Live.Confirm(_slot!.Subject, _version);
        init
        {
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Subject = value });
            _version = 0;
        }
    }

    /// <summary>The CloudEvents source: who published the event. A URI reference, as text.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public string Source
    {
        get => Live.Confirm(_slot!.Source, _version);
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Source = value });
            _version = 0;
        }
    }

    /// <summary>The key that orders the event; null when it has none.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public string? Key
    {
        get => Live.Confirm(_slot!.Key, _version);
        init
        {
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Key = value });
            _version = 0;
        }
    }

    /// <summary>The CloudEvents time; the broker's time where the event has none.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public DateTimeOffset Time
    {
        get => Live.Confirm(_slot!.Time, _version);
        init
        {
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Time = value });
            _version = 0;
        }
    }

    /// <summary>Which attempt this is, from 1: the higher of the library's own count and the broker's, where it has one.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Set below 1.</exception>
    public int Attempt
    {
        get => Live.Confirm(_slot!.Attempt, _version);
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Attempt = value });
            _version = 0;
        }
    }

    /// <summary>The channel that the event came from.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public string Channel
    {
        get => Live.Confirm(_slot!.Channel, _version);
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Channel = value });
            _version = 0;
        }
    }

    /// <summary>The subscription that it is handled for.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public string Subscription
    {
        get => Live.Confirm(_slot!.Subscription, _version);
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Subscription = value });
            _version = 0;
        }
    }

    /// <summary>Where the broker keeps the event.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public EventPosition Position
    {
        get => Live.Confirm(_slot!.Position, _version);
        init
        {
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Position = value });
            _version = 0;
        }
    }

    /// <summary>The event's headers: CloudEvents extensions and transport headers.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public EventHeaders Headers
    {
        get => Live.Confirm(_slot!.Headers, _version);
        init
        {
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Headers = value });
            _version = 0;
        }
    }

    /// <summary>The services of this delivery's scope (a batch has one scope), which is made when it is first asked for.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public IServiceProvider Services
    {
        get => Live.Confirm(_slot!.Services, _version);
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            var copy = StandaloneSlot<T>.CopyOf(_slot, _version);
            _slot = copy.With(copy.Values with { Services = value });
            _version = 0;
        }
    }

    private EventSlot Live => EventSlot.Check(_slot, _version);

    /// <summary>
    /// Gives the broker client's own record, where the adapter has one of this type. The record belongs to the client and is valid as long as this
    /// context.
    /// </summary>
    /// <typeparam name="TNative">The client's type; a struct too.</typeparam>
    /// <param name="native">The record.</param>
    /// <returns>False when there is none of this type, and once the event has waited for a retry.</returns>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public bool TryGetNative<TNative>([NotNullWhen(true)] out TNative? native) => Live.Confirm(_slot!.TryGetNative(out native), _version);

    /// <summary>The same event without its type: what middleware, serializers and payload transforms see.</summary>
    /// <param name="context">The event.</param>
    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "A widening view, needed only where it is implicit.")]
    public static implicit operator EventContext(EventContext<T> context) => new(context._slot, context._version);
}
