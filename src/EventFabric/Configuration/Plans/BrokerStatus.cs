using EventFabric.Drivers;
using Microsoft.Extensions.Logging;

namespace EventFabric.Configuration.Plans;

/// <summary>How one broker is, as its driver last reported. Any thread.</summary>
internal sealed class BrokerStatus(string broker, ILogger logger)
{
    private volatile BrokerState _state = BrokerState.Connecting;

    public BrokerState State => _state;

    public void Report(BrokerState state, Exception? cause)
    {
        if (_state == state) return;
        _state = state;
        if (state is BrokerState.Degraded or BrokerState.Failed) ConfigurationLog.BrokerTrouble(logger, broker, state, cause);
        else ConfigurationLog.BrokerIs(logger, broker, state);
    }
}
