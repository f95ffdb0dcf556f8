using System.Diagnostics.CodeAnalysis;

namespace EventFabric;

/// <summary>The CloudEvents type of an event, on the contract itself, so that publisher and consumer share it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class EventTypeAttribute : Attribute
{
    /// <summary>Names the event type.</summary>
    /// <param name="name">The CloudEvents type: <c>shop.order.placed.v1</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    public EventTypeAttribute(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The CloudEvents type that publishers write.</summary>
    public string Name { get; }

    /// <summary>Older names of the same contract, accepted on receive.</summary>
    /// <value>Default: none.</value>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "The only list that an attribute can hold.")]
    public string[] Aliases { get; set; } = [];
}
