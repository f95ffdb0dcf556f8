using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;

namespace EventFabric.Testing.Conformance;

/// <summary>What the engine logged during a case: asserted where a case asks for a log, printed where it fails.</summary>
internal sealed class CaseLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<CaseLogEntry> _entries = new();

    internal IReadOnlyCollection<CaseLogEntry> Entries => _entries;

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    /// <summary>The last warnings and errors as text.</summary>
    internal string Describe(int last = 20)
    {
        var text = new StringBuilder();
        foreach (var entry in _entries.Where(static entry => entry.Level >= LogLevel.Warning).TakeLast(last))
            text.Append("    ").Append(entry.Level).Append(": ").Append(entry.Message).AppendLine();
        return text.ToString();
    }

    private sealed class Logger(CaseLogs owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var message = formatter(state, exception);
            owner._entries.Enqueue(new CaseLogEntry(logLevel, exception is null ? message : $"{message} [{exception.GetType().Name}: {exception.Message}]"));
        }
    }
}

/// <summary>One line of the engine's log.</summary>
internal sealed record CaseLogEntry(LogLevel Level, string Message);
