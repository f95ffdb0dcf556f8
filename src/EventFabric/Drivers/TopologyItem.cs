using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>How a resource of a broker is, compared with what a plan needs.</summary>
[Experimental("EVF9001")]
public enum TopologyState : byte
{
    /// <summary>As needed.</summary>
    Ok,

    /// <summary>Not there.</summary>
    Missing,

    /// <summary>There, with a property that differs.</summary>
    Drift,

    /// <summary>There, but its settings lose data or order.</summary>
    Unsafe,

    /// <summary>The credentials do not allow to see it.</summary>
    Forbidden,
}

/// <summary>One resource of a broker, or one property of it.</summary>
/// <param name="Resource">The resource, as the broker calls it.</param>
/// <param name="State">How it is.</param>
/// <param name="Property">The property that differs; null: the resource as a whole.</param>
/// <param name="Actual">The property's value.</param>
/// <param name="Wanted">What the plan needs.</param>
/// <param name="Destructive">Whether making it so would lose data or move keys.</param>
[Experimental("EVF9001")]
public readonly record struct TopologyItem(
    string Resource,
    TopologyState State,
    string? Property,
    string? Actual,
    string? Wanted,
    bool Destructive);
