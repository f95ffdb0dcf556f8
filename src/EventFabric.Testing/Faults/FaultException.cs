using EventFabric.Drivers;

namespace EventFabric.Testing.Faults;

/// <summary>The error of a fault.</summary>
internal sealed class FaultException(ErrorKind kind) : Exception($"A fault on purpose ({kind}).")
{
    public ErrorKind Kind { get; } = kind;
}
