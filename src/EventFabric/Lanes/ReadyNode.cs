namespace EventFabric.Lanes;

/// <summary>Something that a worker can take: a lane with records to run, or one record on its own.</summary>
internal abstract class ReadyNode
{
    internal ReadyNode? NextReady { get; set; }
}
