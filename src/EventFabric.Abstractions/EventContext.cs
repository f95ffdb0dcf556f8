using System.Diagnostics.CodeAnalysis;

namespace EventFabric;

/// <summary>
/// One event while it is handled, without its type: what middleware, serializers and payload transforms see. Valid as long as the
/// <see cref="EventContext{T}"/> of the same event; afterwards, and on <c>default</c>, every member throws <see cref="InvalidOperationException"/>.
/// </summary>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "A handle; contexts are not compared.")]
public readonly struct EventContext
{
    private readonly EventSlot? _slot;
    private readonly int _version;

    internal EventContext(EventSlot? slot, int version)
    {
        _slot = slot;
        _version = version;
    }

    /// <summary>The event's data; a value type is boxed at each call.</summary>
    /// <exception cref="InvalidOperationException">
    /// The event is not deserialized yet, the handler returned already, or the context is <c>default</c>.
    /// </exception>
    public object Data => Live.Confirm(_slot!.Data, _version);

    /// <summary>The CloudEvents id: the same on every attempt and every hop.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public string Id => Live.Confirm(_slot!.Id, _version);

    /// <summary>The CloudEvents type, as it was received.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public string Type => Live.Confirm(_slot!.Type, _version);

    /// <summary>The CloudEvents subject; null when there is none.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public string? Subject => Live.Confirm(_slot!.Subject, _version);

    /// <summary>The CloudEvents source: who published the event. A URI reference, as text.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public string Source => Live.Confirm(_slot!.Source, _version);

    /// <summary>The key that orders the event; null when it has none.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public string? Key => Live.Confirm(_slot!.Key, _version);

    /// <summary>The CloudEvents time; the broker's time where the event has none.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public DateTimeOffset Time => Live.Confirm(_slot!.Time, _version);

    /// <summary>Which attempt this is, from 1: the higher of the library's own count and the broker's, where it has one.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public int Attempt => Live.Confirm(_slot!.Attempt, _version);

    /// <summary>The channel that the event came from.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public string Channel => Live.Confirm(_slot!.Channel, _version);

    /// <summary>The subscription that it is handled for.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public string Subscription => Live.Confirm(_slot!.Subscription, _version);

    /// <summary>Where the broker keeps the event.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public EventPosition Position => Live.Confirm(_slot!.Position, _version);

    /// <summary>The event's headers: CloudEvents extensions and transport headers.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public EventHeaders Headers => Live.Confirm(_slot!.Headers, _version);

    /// <summary>The services of this delivery's scope (a batch has one scope), which is made when it is first asked for.</summary>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public IServiceProvider Services => Live.Confirm(_slot!.Services, _version);

    private EventSlot Live => EventSlot.Check(_slot, _version);

    /// <summary>As <see cref="EventContext{T}.TryGetNative{TNative}"/>.</summary>
    /// <typeparam name="TNative">The client's type; a struct too.</typeparam>
    /// <param name="native">The record.</param>
    /// <returns>False when there is none of this type, and once the event has waited for a retry.</returns>
    /// <exception cref="InvalidOperationException">The handler returned already, or the context is <c>default</c>.</exception>
    public bool TryGetNative<TNative>([NotNullWhen(true)] out TNative? native) => Live.Confirm(_slot!.TryGetNative(out native), _version);
}
