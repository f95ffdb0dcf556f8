namespace EventFabric.Simulation.World;

/// <summary>A promise was broken.</summary>
internal sealed class SimulationException(string message) : Exception(message);
