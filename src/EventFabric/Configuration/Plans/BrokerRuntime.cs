using EventFabric.Drivers;

namespace EventFabric.Configuration.Plans;

/// <summary>One configured broker with its connection, which the plan makes and nothing has opened yet.</summary>
internal sealed class BrokerRuntime(
    string name,
    string type,
    IBrokerDriver driver,
    IBrokerConnection connection,
    Provisioning provisioning,
    BrokerStatus status)
{
    public string Name { get; } = name;

    public string Type { get; } = type;

    public IBrokerDriver Driver { get; } = driver;

    public IBrokerConnection Connection { get; } = connection;

    public Provisioning Provisioning { get; } = provisioning;

    public BrokerStatus Status { get; } = status;
}
