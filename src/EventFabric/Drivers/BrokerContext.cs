using System.Diagnostics.CodeAnalysis;
using EventFabric.Configuration;
using EventFabric.Scheduling;
using Microsoft.Extensions.Logging;

namespace EventFabric.Drivers;

/// <summary>What a driver gets to make the connection of one configured broker. All members but <see cref="Bind"/> may be called by any thread.</summary>
[Experimental("EVF9001")]
public sealed class BrokerContext
{
    private readonly BrokerBinding _binding;
    private readonly Action<BrokerState, Exception?> _report;

    internal BrokerContext(
        string name,
        WorkScheduler scheduler,
        ILoggerFactory loggers,
        int maxEventBytes,
        BrokerBinding binding,
        Action<BrokerState, Exception?> report)
    {
        Name = name;
        Scheduler = scheduler;
        Loggers = loggers;
        MaxEventBytes = maxEventBytes;
        _binding = binding;
        _report = report;
    }

    /// <summary>The broker's name under <c>Brokers</c>.</summary>
    public string Name { get; }

    /// <summary>The clock to wait and measure by.</summary>
    public TimeProvider Time => Scheduler.Time;

    /// <summary>Where loggers come from. Secrets are never logged.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>The largest event that the publisher lets through, in bytes; a driver accepts 8,192 more, for the headers of dead letters.</summary>
    public int MaxEventBytes { get; }

    /// <summary>Where work of the library's own drivers hops threads.</summary>
    internal WorkScheduler Scheduler { get; }

    /// <summary>
    /// Makes the broker's options: a new <typeparamref name="T"/>, filled from <c>Brokers:{name}:{Type}</c> by <paramref name="read"/>, then changed by every
    /// <c>Configure</c> and <c>PostConfigure</c> of it under the broker's name. Problems are collected, not thrown. Once, inside <see cref="IBrokerDriver.Create"/>.
    /// </summary>
    /// <typeparam name="T">The options class.</typeparam>
    /// <param name="read">
    /// Reads every setting, each with the options object's own value as its fallback. It runs twice: over the configuration, and over nothing once code has changed the
    /// options, to check them. Run on an empty section it is the table behind schema and documentation.
    /// </param>
    /// <returns>The options; where there are problems, with defaults in their place, and the connection is disposed unopened.</returns>
    /// <exception cref="InvalidOperationException">Called twice, a key is read twice, or a fallback is not the options object's own value.</exception>
    public T Bind<T>(Action<SettingsReader, T> read)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(read);
        return _binding.Bind(read);
    }

    /// <summary>Tells how the broker is, for the log. Nothing waits for <see cref="BrokerState.Ready"/>.</summary>
    /// <param name="state">The state from now on.</param>
    /// <param name="cause">What went wrong, where something did.</param>
    public void Report(BrokerState state, Exception? cause = null) => _report(state, cause);
}
