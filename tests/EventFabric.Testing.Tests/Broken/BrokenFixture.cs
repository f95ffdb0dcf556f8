using EventFabric.Drivers;
using EventFabric.Testing.Spying;
using EventFabric.Testing.Tests.Fixtures;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>The in-memory broker with something wrong: inside, as a broker is; outside, as an engine is; or in the program.</summary>
internal sealed class BrokenFixture(InMemoryProfile profile, bool holes = false) : InMemoryFixture(profile, holes)
{
    /// <summary>What is wrong with the broker: below the suite's own faults.</summary>
    internal Defect? Broker { get; init; }

    /// <summary>What is wrong with the engine: above the suite's own faults.</summary>
    internal Defect? Engine { get; init; }

    /// <summary>What is wrong with the engine, where services or middleware can play it.</summary>
    internal Action<IEventFabricBuilder>? Program { get; init; }

    public override TimeSpan Patience => TimeSpan.FromSeconds(2);

    public override void AddAdapter(IEventFabricBuilder builder)
    {
        base.AddAdapter(builder);
        if (Broker is { } defect) DriverDecoration.Wrap(builder.Services, driver => new DefectiveDriver(driver, defect));
        Program?.Invoke(builder);
    }

    internal override IBrokerDriver WrapOutermost(IBrokerDriver driver) => Engine is { } defect ? new DefectiveDriver(driver, defect) : driver;
}
