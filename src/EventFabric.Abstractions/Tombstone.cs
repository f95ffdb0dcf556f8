namespace EventFabric;

/// <summary>
/// Says that what a key stands for is gone: an event with a key and a null body, which log-compacting brokers use to delete the key. Built in, so it
/// needs no registration: publish it with <see cref="PublishOptions.Channel"/>, handle it with an <c>IEventHandler&lt;Tombstone&gt;</c>. A record with
/// a null body is a tombstone whatever its type attribute says.
/// </summary>
/// <param name="Key">The key that is gone. The event travels under this key.</param>
[EventType("eventfabric.tombstone")]
public sealed record Tombstone(string Key);
