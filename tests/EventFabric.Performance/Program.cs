using EventFabric.Performance;

await using var kafka = new EventFabric.Performance.Kafka.KafkaRig();
return await PerformanceCommand.Create().Parse(args).InvokeAsync();
