using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventFabric.Performance.Kafka;

/// <summary>Reads in the adapter's log how long it had to give partitions up.</summary>
internal sealed class RevokeTimes : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<double> _milliseconds = new();

    public bool TryTake(out double milliseconds) => _milliseconds.TryDequeue(out milliseconds);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name != "GivenUp" || state is not IReadOnlyList<KeyValuePair<string, object?>> values)
            return;
        foreach (var (name, value) in values)
        {
            if (name == "Milliseconds")
                _milliseconds.Enqueue((double)value!);
        }
    }

    public void Dispose()
    {
    }
}
