using EventFabric.Simulation.Story;

namespace EventFabric.Simulation.World;

/// <summary>What a group did with one event.</summary>
internal sealed class EventState(HandlerScript script)
{
    public HandlerScript Script => script;

    /// <summary>Times that it was handed to an engine.</summary>
    public int Deliveries { get; set; }

    /// <summary>Handler calls of processes that were alive.</summary>
    public int Calls { get; set; }

    /// <summary>A handler said so, or the policy had to: no more need be done.</summary>
    public bool IsHandled { get; set; }
}
