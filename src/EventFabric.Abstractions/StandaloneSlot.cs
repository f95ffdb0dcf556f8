using System.Diagnostics.CodeAnalysis;

namespace EventFabric;

/// <summary>
/// Plain values that never change: what the public constructor and the init accessors of <see cref="EventContext{T}"/> make. Only the services and the
/// broker client's own record stay with the delivery that it was copied from, because they end with it.
/// </summary>
/// <typeparam name="T">The event's type.</typeparam>
internal sealed class StandaloneSlot<T> : EventSlot<T>
    where T : notnull
{
    private readonly EventSlot? _delivery;
    private readonly int _deliveryVersion;

    internal StandaloneSlot(T data)
    {
        Payload = data;
        Values = EventValues.New();
    }

    private StandaloneSlot(T? data, EventValues values, EventSlot? delivery, int deliveryVersion)
    {
        Payload = data;
        Values = values;
        _delivery = delivery;
        _deliveryVersion = deliveryVersion;
    }

    internal EventValues Values { get; private set; }

    internal override string Id => Values.Id;

    internal override string Type => Values.Type;

    internal override string? Subject => Values.Subject;

    internal override string Source => Values.Source;

    internal override string? Key => Values.Key;

    internal override DateTimeOffset Time => Values.Time;

    internal override int Attempt => Values.Attempt;

    internal override string Channel => Values.Channel;

    internal override string Subscription => Values.Subscription;

    internal override EventPosition Position => Values.Position;

    internal override EventHeaders Headers => Values.Headers;

    internal override IServiceProvider Services => Values.Services ?? Check(_delivery, _deliveryVersion).Services;

    /// <summary>A copy of the event that a slot holds; <paramref name="version"/> is checked before and after it is read.</summary>
    internal static StandaloneSlot<T> CopyOf(EventSlot<T>? slot, int version)
    {
        Check(slot, version);
        if (slot is StandaloneSlot<T> other)
        {
            return new StandaloneSlot<T>(other.Payload, other.Values, other._delivery, other._deliveryVersion);
        }

        return slot.Confirm(new StandaloneSlot<T>(slot.Payload, EventValues.Of(slot, null), slot, version), version);
    }

    /// <summary>The same with other values; used once, on a copy that nobody else has yet.</summary>
    internal StandaloneSlot<T> With(EventValues values)
    {
        Values = values;
        return this;
    }

    internal override bool TryGetNative<TNative>([NotNullWhen(true)] out TNative? native)
        where TNative : default
    {
        if (_delivery is not null && _delivery.Version == _deliveryVersion)
        {
            return _delivery.TryGetNative(out native);
        }

        native = default;
        return false;
    }
}
