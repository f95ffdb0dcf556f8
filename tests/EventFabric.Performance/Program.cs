using EventFabric.Performance;

return await PerformanceCommand.Create().Parse(args).InvokeAsync();
