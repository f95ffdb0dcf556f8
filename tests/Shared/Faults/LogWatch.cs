using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventFabric.Tests.Faults;

/// <summary>What a service logged at warning and above.</summary>
internal sealed class LogWatch : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    internal IReadOnlyCollection<string> Lines => _lines;

    internal bool Has(string part) => _lines.Any(line => line.Contains(part, StringComparison.OrdinalIgnoreCase));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        _lines.Enqueue($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" [{exception.GetType().Name}: {exception.Message}]")}");
        while (_lines.Count > 200)
            _lines.TryDequeue(out _);
    }

    public void Dispose()
    {
    }
}
