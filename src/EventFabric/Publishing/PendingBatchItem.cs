namespace EventFabric.Publishing;

/// <summary>One event of a batch between the check of the whole batch and its turn.</summary>
internal struct PendingBatchItem
{
    public EventRoute Route;
    public PublishHead Head;
}
