using EventFabric.Drivers;

namespace EventFabric.Testing.Conformance;

/// <summary>What a fault may choose a send by.</summary>
internal readonly record struct SendSeen(ChannelRole Role, string Id, string? Key);

/// <summary>What goes wrong at one host's drivers: a case's words for a <see cref="FaultPlan"/>. Thread-safe.</summary>
internal sealed class HostFaults
{
    private readonly object _gate = new();
    private readonly List<SendHold> _holds = [];
    private readonly FaultPlan _plan = new();
    private int _settlements;

    internal HostFaults() => _plan.OnSettle = _ => Seen(SettleFault.None);

    /// <summary>How many settlements the engine has sent.</summary>
    internal int Settlements => Volatile.Read(ref _settlements);

    /// <summary>How many records the host has received.</summary>
    internal int Received => _plan.Received;

    /// <summary>How many records were handed out again.</summary>
    internal int Redelivered => _plan.Redelivered;

    internal IBrokerDriver Wrap(IBrokerDriver driver) => new FaultDriver(driver, _plan);

    /// <summary>Keeps sends from the broker until they are released.</summary>
    internal SendHold HoldSends(Predicate<SendSeen> match) => Hold(match, SendFault.Hold);

    /// <summary>Lets the broker store, and keeps its confirmation back until it is released.</summary>
    internal SendHold HoldConfirmations(Predicate<SendSeen> match) => Hold(match, SendFault.HoldAck);

    /// <summary>Fails sends, a number of times or until they are healed.</summary>
    internal void FailSends(Predicate<SendSeen> match, SendStatus status, ErrorKind kind, int times = int.MaxValue)
    {
        var left = times;
        _plan.OnSend = sent => match(Seen(sent)) && Interlocked.Decrement(ref left) >= 0 ? SendFault.Fail(status, kind) : SendFault.None;
    }

    internal void HealSends() => _plan.OnSend = null;

    /// <summary>Fails settlements, a number of times or for good.</summary>
    internal void FailSettles(int times = int.MaxValue)
    {
        var left = times;
        _plan.OnSettle = _ => Seen(Interlocked.Decrement(ref left) >= 0 ? SettleFault.Fail(ErrorKind.Transient) : SettleFault.None);
    }

    /// <summary>Lets no extension of a lease reach the broker until they are healed: what is in flight is lost when its lease ends.</summary>
    internal void FailExtensions() => _plan.OnExtend = static _ => SettleFault.Fail(ErrorKind.Transient);

    internal void HealExtensions() => _plan.OnExtend = null;

    /// <summary>Hands out again what is in flight.</summary>
    internal void Redeliver() => _plan.Redeliver();

    /// <summary>Takes everything away without asking.</summary>
    internal void Steal() => _plan.Steal();

    /// <summary>The host dies without releasing anything.</summary>
    internal void Crash() => _plan.Crash();

    /// <summary>Lets go whatever is held: at the end of a case.</summary>
    internal void ReleaseAll()
    {
        SendHold[] holds;
        lock (_gate) holds = [.. _holds];
        foreach (var hold in holds) hold.Release();
    }

    private static SendSeen Seen(SentRecord sent) => new(sent.Plan.Role, sent.Id.ToString(), sent.Key);

    private SettleFault Seen(SettleFault fault)
    {
        Interlocked.Increment(ref _settlements);
        return fault;
    }

    private SendHold Hold(Predicate<SendSeen> match, Func<SendHold, SendFault> fault)
    {
        var hold = new SendHold();
        lock (_gate) _holds.Add(hold);
        _plan.OnSend = sent => match(Seen(sent)) ? fault(hold) : SendFault.None;
        return hold;
    }
}
