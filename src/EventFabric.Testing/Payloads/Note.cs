namespace EventFabric.Testing.Payloads;

/// <summary>The suite's JSON event. Its older name is accepted, its older shape is brought up to it.</summary>
[EventType("eventfabric.conformance.note", Aliases = ["eventfabric.conformance.memo"])]
internal sealed record Note(string Text, int Number)
{
    internal const string TypeName = "eventfabric.conformance.note";

    internal const string Alias = "eventfabric.conformance.memo";
}

/// <summary>The note's older shape, under a type name of its own.</summary>
[EventType("eventfabric.conformance.slip")]
internal sealed record Slip(string Words)
{
    internal const string TypeName = "eventfabric.conformance.slip";
}

/// <summary>An event that no handler of the suite takes.</summary>
[EventType("eventfabric.conformance.stranger")]
internal sealed record Stranger(string Text);
