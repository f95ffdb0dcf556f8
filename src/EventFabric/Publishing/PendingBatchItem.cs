using System.Runtime.InteropServices;
using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <summary>One event of a batch between the check of the whole batch and its turn.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct PendingBatchItem
{
    public EventRoute Route;
    public RouteTarget Target;
    public PublishOptions? Options;
    public string? Key;
    public CloudEventId Id;
}
