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
