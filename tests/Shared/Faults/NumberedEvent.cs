using System.Text.Json.Serialization;

namespace EventFabric.Tests.Faults;

/// <summary>What the fault tests publish: its id is made of key and number.</summary>
[EventType("eventfabric.faults.numbered")]
internal sealed record NumberedEvent(string Key, int Number, string Filling)
{
    internal string Id => IdOf(Key, Number);

    internal static string IdOf(string key, int number) => $"{key}/{number}";
}

[JsonSerializable(typeof(NumberedEvent))]
internal sealed partial class FaultJson : JsonSerializerContext;
