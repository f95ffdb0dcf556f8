namespace EventFabric.Simulation.World;

/// <summary>What is published; its number is its place in the order of publishing.</summary>
internal sealed record SimEvent(int Number, string? Key);

/// <summary>Published, and handled by nobody.</summary>
internal sealed record StrayEvent(int Number, string? Key);
