using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>What an adapter package registers: the factory of connections to one kind of broker.</summary>
/// <remarks>
/// One per package and stateless. A package's <c>AddX(configure)</c> adds its driver as a singleton of this interface
/// (<c>TryAddEnumerable</c>) and its options action (<c>ConfigureAll</c>), and does nothing else. All members may be called from any thread.
/// </remarks>
[Experimental("EVF9001")]
public interface IBrokerDriver
{
    /// <summary>The value of <c>Brokers:{name}:Type</c>, and the name of the adapter's own sections: <c>Kafka</c>.</summary>
    string Type { get; }

    /// <summary>Makes the connection of one configured broker. No I/O: nothing is opened.</summary>
    /// <param name="context">The broker's name, options and surroundings.</param>
    /// <returns>The connection. Bad settings do not throw: all are reported, and the connection is disposed unopened.</returns>
    IBrokerConnection Create(BrokerContext context);
}
