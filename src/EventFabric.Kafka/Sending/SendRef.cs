namespace EventFabric.Kafka.Sending;

/// <summary>
/// Which record a message is. It stands where the client expects key and value, so that serializers find the bytes and delivery reports the record, without a
/// closure for each message. An object that its call keeps: the client stores it four times for each message, and a reference is half of what it points to.
/// </summary>
internal sealed class SendRef(SendCall call, int index)
{
    internal SendCall Call { get; } = call;

    internal int Index { get; } = index;
}
