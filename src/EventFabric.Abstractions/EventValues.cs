namespace EventFabric;

/// <summary>The values of one event, copied out of a slot. Services stay with the slot of the delivery (null here) unless the user set them.</summary>
internal readonly record struct EventValues(
    string Id,
    string Type,
    string? Subject,
    string Source,
    string? Key,
    DateTimeOffset Time,
    int Attempt,
    string Channel,
    string Subscription,
    EventPosition Position,
    EventHeaders Headers,
    IServiceProvider? Services)
{
    /// <summary>The values of an event that was never delivered: a new id, the first attempt, empty texts.</summary>
    internal static EventValues New()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new EventValues(
            Guid.CreateVersion7(now).ToString(),
            string.Empty,
            null,
            string.Empty,
            null,
            now,
            1,
            string.Empty,
            string.Empty,
            default,
            default,
            NoServices.Instance);
    }

    /// <summary>A copy that stays readable when the slot moves on.</summary>
    internal static EventValues Of(EventSlot slot, IServiceProvider? services) => new(
        slot.Id,
        slot.Type,
        slot.Subject,
        slot.Source,
        slot.Key,
        slot.Time,
        slot.Attempt,
        slot.Channel,
        slot.Subscription,
        slot.Position,
        slot.Headers.Snapshot(),
        services);
}
