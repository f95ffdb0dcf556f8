namespace EventFabric.Kafka.Sending;

/// <summary>
/// Which record a message is. It stands where the client expects key and value, so that serializers find the bytes and delivery reports the record, without a
/// closure for each message.
/// </summary>
internal readonly record struct SendRef(SendCall Call, int Index);
