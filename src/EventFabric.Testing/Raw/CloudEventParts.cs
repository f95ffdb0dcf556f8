namespace EventFabric.Testing.Raw;

/// <summary>A CloudEvent that a case writes by hand, or expects to read.</summary>
internal sealed record CloudEventParts(string Id, string Type, byte[]? Data)
{
    internal string Source { get; init; } = "/elsewhere";

    internal string? Key { get; init; }

    internal string? Subject { get; init; }

    internal string? Time { get; init; }

    internal string? ContentType { get; init; } = "application/json";

    /// <summary>Names and values in the text form that binary mode writes; in structured mode a JSON literal.</summary>
    internal IReadOnlyList<(string Name, string Value)> Extensions { get; init; } = [];

    /// <summary>Headers that are no CloudEvents attributes, as bytes.</summary>
    internal IReadOnlyList<(string Name, byte[] Value)> Transport { get; init; } = [];
}
