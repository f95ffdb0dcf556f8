namespace EventFabric.Nats.Tests.Faults;

/// <summary>Handles what a fault story publishes.</summary>
internal delegate ValueTask<Settlement> FaultHandler(EventContext<NumberedEvent> context, CancellationToken cancellationToken);
