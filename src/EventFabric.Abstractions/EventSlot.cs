using System.Diagnostics.CodeAnalysis;

namespace EventFabric;

/// <summary>
/// What stands behind an <see cref="EventContext"/>: one for each worker, or for each place in a batch, reused for event after event. Whoever owns it
/// raises <see cref="Version"/> before it is filled and after the handler returned, so that an old context finds another number and throws.
/// </summary>
internal abstract class EventSlot
{
    /// <summary>The number that contexts of the current event carry. Plain: only the owner writes it.</summary>
    internal int Version;

    internal abstract string Id { get; }

    internal abstract string Type { get; }

    internal abstract string? Subject { get; }

    internal abstract string Source { get; }

    internal abstract string? Key { get; }

    internal abstract DateTimeOffset Time { get; }

    internal abstract int Attempt { get; }

    internal abstract string Channel { get; }

    internal abstract string Subscription { get; }

    internal abstract EventPosition Position { get; }

    internal abstract EventHeaders Headers { get; }

    internal abstract IServiceProvider Services { get; }

    /// <summary>The payload, boxed. InvalidOperationException while there is none yet.</summary>
    internal abstract object Data { get; }

    internal abstract bool TryGetNative<TNative>([NotNullWhen(true)] out TNative? native);

    /// <summary>Throws unless the slot still holds the event of that version.</summary>
    internal static EventSlot Check([NotNull] EventSlot? slot, int version)
    {
        if (slot is null || slot.Version != version)
        {
            StaleContext.Throw(slot);
        }

        return slot;
    }

    /// <summary>
    /// Called with a value that was read from the slot: throws when the slot moved on while it was read, because the value may then be another event's.
    /// </summary>
    internal TValue Confirm<TValue>(TValue value, int version)
    {
        Volatile.ReadBarrier();
        if (Version != version)
        {
            StaleContext.Throw(this);
        }

        return value;
    }
}

/// <summary>A slot with its payload.</summary>
/// <typeparam name="T">The event's type.</typeparam>
internal abstract class EventSlot<T> : EventSlot
    where T : notnull
{
    internal T? Payload;

    internal override object Data => Payload ?? throw new InvalidOperationException("The event has no data yet: it is not deserialized.");
}
