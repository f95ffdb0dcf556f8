using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>A refusal by the in-memory broker. Says itself how it is classified.</summary>
internal sealed class InMemoryException(ErrorKind kind, string code, string message) : Exception(message)
{
    public ErrorKind Kind { get; } = kind;

    public string Code { get; } = code;

    public static InMemoryException NotFound(string address) =>
        new(ErrorKind.NotFound, "unknown-address", $"The in-memory broker has no address '{address}'. With Provisioning Create the library makes it.");

    public static InMemoryException NotAQueue(InMemoryAddress address) => new(
        ErrorKind.Invalid,
        "not-a-queue",
        $"The address '{address.Name}' has {address.Partitions.Length} partitions: it was made by a broker with InMemory:Profile Log, and a queue has one.");

    public static InMemoryException Browsed() =>
        new(ErrorKind.Transient, "browsed-already", "The queue is being browsed for this group already; one at a time.");
}
