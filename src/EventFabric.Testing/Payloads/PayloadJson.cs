using System.Text.Json.Serialization;

namespace EventFabric.Testing.Payloads;

/// <summary>What System.Text.Json knows of the suite's events.</summary>
[JsonSerializable(typeof(Note))]
[JsonSerializable(typeof(Slip))]
[JsonSerializable(typeof(Stranger))]
internal sealed partial class PayloadJson : JsonSerializerContext;
