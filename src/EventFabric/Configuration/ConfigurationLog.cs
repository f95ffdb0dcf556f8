using EventFabric.Drivers;
using Microsoft.Extensions.Logging;

namespace EventFabric.Configuration;

/// <summary>What configuration and start-up log. Event ids 1000 to 1099.</summary>
internal static partial class ConfigurationLog
{
    [LoggerMessage(1000, LogLevel.Information, "Broker {Broker} is {State}.")]
    public static partial void BrokerIs(ILogger logger, string broker, BrokerState state);

    [LoggerMessage(1001, LogLevel.Warning, "Broker {Broker} is {State}.")]
    public static partial void BrokerTrouble(ILogger logger, string broker, BrokerState state, Exception? cause);

    [LoggerMessage(1002, LogLevel.Information, "Subscription {Subscription} has no handler in this process and is not started.")]
    public static partial void NoHandler(ILogger logger, string subscription);

    [LoggerMessage(1003, LogLevel.Information, "Subscription {Subscription} is not enabled and is not started.")]
    public static partial void Disabled(ILogger logger, string subscription);

    [LoggerMessage(1004, LogLevel.Warning, "{Path}: {MaxInFlight} is below MaxConcurrency {MaxConcurrency}: no more than {MaxInFlight} handlers can run at once.")]
    public static partial void InFlightBelowConcurrency(ILogger logger, string path, int maxInFlight, int maxConcurrency);

    [LoggerMessage(1005, LogLevel.Warning, "Broker {Broker} cannot be reached yet; tried again in {Delay}.")]
    public static partial void Unreachable(ILogger logger, string broker, TimeSpan delay, Exception cause);

    [LoggerMessage(1006, LogLevel.Information, "Broker {Broker}: {Count} missing resources were created.")]
    public static partial void Created(ILogger logger, string broker, int count);

    [LoggerMessage(1007, LogLevel.Information, "Broker {Broker} ({Type}) cannot be inspected: whether its channels are there shows when they are used.")]
    public static partial void NotInspected(ILogger logger, string broker, string type);

    [LoggerMessage(1008, LogLevel.Warning, "The host gave up waiting while subscriptions were still draining: handlers that ran were cancelled and their events will come again. HostOptions.ShutdownTimeout must be longer than EventFabric:DrainTimeout ({DrainTimeout}).")]
    public static partial void StoppedBeforeDrained(ILogger logger, TimeSpan drainTimeout);

    [LoggerMessage(1009, LogLevel.Critical, "The subscriptions of broker {Broker} could not be started and stay stopped.")]
    public static partial void NotStarted(ILogger logger, string broker, Exception cause);

    [LoggerMessage(1010, LogLevel.Warning, "Broker {Broker}: {Resource} is {State}: {Property} is {Actual}, wanted is {Wanted}.")]
    public static partial void TopologyDiffers(ILogger logger, string broker, string resource, TopologyState state, string? property, string? actual, string? wanted);
}
