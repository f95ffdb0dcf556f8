namespace EventFabric.Simulation.Story;

/// <summary>What hosts dead-letter at once.</summary>
internal sealed class FinalException() : Exception("There is nothing to be tried again.");
