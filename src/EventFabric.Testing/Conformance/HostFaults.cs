using EventFabric.Drivers;

namespace EventFabric.Testing.Conformance;

/// <summary>What a fault may choose a send by.</summary>
internal readonly record struct SendSeen(ChannelRole Role, string Id, string? Key);

/// <summary>Sends that a case holds back; released by the case, and by its end.</summary>
internal interface ISendHold
{
    int Held { get; }

    void Release();
}

internal sealed class HostFaults
{
    internal int Redelivered => throw new NotSupportedException();

    internal ISendHold HoldSends(Predicate<SendSeen> match) => throw new NotSupportedException();

    internal void FailSends(Predicate<SendSeen> match, SendStatus status, ErrorKind kind, int times = int.MaxValue) => throw new NotSupportedException();

    internal void HealSends() => throw new NotSupportedException();

    internal void FailSettles(int times = int.MaxValue) => throw new NotSupportedException();

    internal void Redeliver() => throw new NotSupportedException();

    internal void Steal() => throw new NotSupportedException();

    internal void Crash() => throw new NotSupportedException();
}
