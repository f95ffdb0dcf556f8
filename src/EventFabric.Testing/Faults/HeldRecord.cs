using EventFabric.Drivers;

namespace EventFabric.Testing.Faults;

/// <summary>A record of an open call, on its way through a <see cref="FaultSender"/>. With an outcome it is stored, and only the answer is held back.</summary>
internal sealed record HeldRecord(FaultSender.Call Call, int Index, OutboundRecord Record, string? Key)
{
    public SendFault Fault { get; init; }

    public SendOutcome? Outcome { get; init; }

    public void Complete(in SendOutcome outcome) => Call.Batch.Complete(Index, outcome);

    public void Fail(SendStatus status, ErrorKind kind) => Complete(new SendOutcome(status, default, new FaultException(kind)));
}
