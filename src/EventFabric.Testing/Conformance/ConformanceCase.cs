using EventFabric.Drivers;

namespace EventFabric.Testing.Conformance;

/// <summary>What a case came to, when it did not fail.</summary>
internal enum CaseOutcome
{
    /// <summary>The promise was kept.</summary>
    Passed,

    /// <summary>The adapter says that it cannot, and what needs it was refused as it must be.</summary>
    Refused,
}

/// <summary>One case of the catalogue.</summary>
/// <param name="Name">Id and name: "A01 publish_one_receive_one".</param>
/// <param name="Asserts">What it asserts, in a sentence for the documentation.</param>
/// <param name="Body">Throws a <see cref="ConformanceException"/> when it fails.</param>
internal sealed record ConformanceCase(string Name, string Asserts, Func<CaseContext, Task> Body)
{
    /// <summary>"A01": stable for ever.</summary>
    internal string Id => Name[..Name.IndexOf(' ', StringComparison.Ordinal)];

    /// <summary>The capability without which <see cref="Refusal"/> is run instead of <see cref="Body"/>; null where there is none.</summary>
    internal Capability? Needs { get; init; }

    /// <summary>Asserts that what needs the capability is refused.</summary>
    internal Func<CaseContext, Task>? Refusal { get; init; }
}
