using System.Text.Json.Serialization;
using EventFabric;

[EventType("plant.reading.v1")]
public sealed record Reading(string DeviceId, double Value);

[JsonSerializable(typeof(Reading))]
public sealed partial class ReadingJson : JsonSerializerContext;
