using EventFabric.Performance;

await using var kafka = new EventFabric.Performance.Kafka.KafkaRig();
await using var nats = new EventFabric.Performance.Nats.NatsRig();
return await PerformanceCommand.Create().Parse(args).InvokeAsync();
