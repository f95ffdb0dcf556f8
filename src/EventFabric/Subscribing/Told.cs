using EventFabric.Drivers;
using EventFabric.Tracking;

namespace EventFabric.Subscribing;

/// <summary>A settlement that the driver is told, or was told in vain.</summary>
/// <param name="Command">The command itself.</param>
/// <param name="Part">Whose watermark it is, read anew whenever it is told; null: it settles one record.</param>
/// <param name="Call">The number of the first call that it was in.</param>
/// <param name="Failures">How often it has failed.</param>
internal readonly record struct Told(SettleCommand Command, PartitionState? Part, long Call, int Failures);
