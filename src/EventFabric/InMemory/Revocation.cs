using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>
/// One question to an engine whether partitions may be given up: over when the engine has ended its work on them, or when the grace has.
/// The asking membership is then set going again, by a hop, so that neither the engine's thread nor the timer's does its work.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Disposes its timer itself, when it is over.")]
internal sealed class Revocation
{
    private readonly Membership _member;
    private readonly CancellationTokenSource _grace;
    private int _over;

    private Revocation(Membership member, TimeSpan grace)
    {
        _member = member;
        _grace = new CancellationTokenSource(grace, member.Scheduler.Time);
    }

    public static void Start(Membership member, IReceiverEvents events, IReadOnlyList<Ownership> leaving, TimeSpan grace)
    {
        var revocation = new Revocation(member, grace);
        revocation._grace.Token.UnsafeRegister(static state => ((Revocation)state!).End(), revocation);
        _ = revocation.AskAsync(events, leaving);
    }

    private async Task AskAsync(IReceiverEvents events, IReadOnlyList<Ownership> leaving)
    {
        await events.RevokingAsync(leaving, _grace.Token).ConfigureAwait(false);
        if (End()) _grace.Dispose();
    }

    private bool End()
    {
        if (Interlocked.Exchange(ref _over, 1) != 0) return false;
        _member.Scheduler.Queue(_member);
        return true;
    }
}
