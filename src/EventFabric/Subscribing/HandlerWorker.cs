using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using EventFabric.Envelope;
using EventFabric.Lanes;
using EventFabric.Retry;
using EventFabric.Serialization;

namespace EventFabric.Subscribing;

/// <summary>Runs records through their handlers, one by one. Nothing is allocated for an event whose handler completes at once.</summary>
internal sealed class HandlerWorker : RecordWorker, ISubscriptionWorker
{
    private readonly SubscriptionCore _core;
    private readonly Delivery _delivery;
    private readonly HandlerCall _call;
    private readonly Action _resume;
    private ConfiguredValueTaskAwaitable<Settlement>.ConfiguredValueTaskAwaiter _pending;
    private TypeBinding? _binding;
    private AttemptOutcome _failure;

    public HandlerWorker(SubscriptionCore core)
        : base(core.Lanes)
    {
        _core = core;
        _delivery = new Delivery(core);
        _call = new HandlerCall(core);
        // Who completes a handler must not find itself running the next ones: one hop.
        _resume = () => core.Scheduler.Queue(this);
    }

    public HandlerCall Call => _call;

    public void Dispose() => _call.Dispose();

    protected override RunResult Start(LaneRecord record, out Verdict verdict)
    {
        var inFlight = (InFlightRecord)record;
        if (!Admission.IsOpen(_core, inFlight, out verdict))
            return Outcomes.Refuse(inFlight);
        _binding = Admission.Admit(_core, inFlight, _delivery, out var status);
        if (_binding is null && !IsAdmitted(inFlight, status, out var refused, out verdict))
            return refused;

        _call.Begin(inFlight);
        try
        {
            var handled = _binding!.InvokeAsync(_delivery, _call.Token);
            if (!handled.IsCompleted)
                return Suspend(handled);
            return Handled(inFlight, handled.Take(), out verdict);
        }
        catch (Exception error)
        {
            return Threw(inFlight, error, out verdict);
        }
    }

    protected override void OnSuspended(LaneRecord record) => _pending.UnsafeOnCompleted(_resume);

    [SuppressMessage("Usage", "VSTHRD002:Avoid problematic synchronous waits", Justification = "The call has ended: nothing is waited for.")]
    protected override RunResult Resume(LaneRecord record, out Verdict verdict)
    {
        var pending = _pending;
        _pending = default;
        try
        {
            return Handled((InFlightRecord)record, pending.GetResult(), out verdict);
        }
        catch (Exception error)
        {
            return Threw((InFlightRecord)record, error, out verdict);
        }
    }

    protected override void OnHeld(LaneRecord record) => _core.Failures.Begin((InFlightRecord)record, _failure);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RunResult Suspend(ValueTask<Settlement> handling)
    {
        _call.Suspend();
        _pending = handling.ConfigureAwait(false).GetAwaiter();
        return RunResult.Pending;
    }

    private RunResult Handled(InFlightRecord record, Settlement settlement, out Verdict verdict)
    {
        var end = EndCall();
        if (settlement.Kind == SettlementKind.Ack && end == CallEnd.None && !_call.IsCancelled && record.Failed is null)
        {
            verdict = Verdict.Ack;
            return RunResult.Finished;
        }

        return HandledOtherwise(record, settlement, end, out verdict);
    }

    // What is rare stands apart: the frame of the usual way stays small.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RunResult HandledOtherwise(InFlightRecord record, Settlement settlement, CallEnd end, out Verdict verdict) =>
        Conclude(record, Outcomes.Of(settlement, null, end), out verdict);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RunResult Threw(InFlightRecord record, Exception error, out Verdict verdict)
    {
        var cancelled = _call.IsCancelled;
        var end = EndCall();
        return Conclude(record, Outcomes.Of(_core, error, end, cancelled), out verdict);
    }

    /// <summary>Looks again, at everything that a record can be refused for.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsAdmitted(InFlightRecord record, DecodeStatus status, out RunResult refused, out Verdict verdict)
    {
        (refused, verdict) = (default, default);
        if (Admission.Check(_core, record, _delivery, status, out _binding) is not { } outcome)
            return true;
        _delivery.End();
        refused = Conclude(record, outcome, out verdict);
        return false;
    }

    private CallEnd EndCall()
    {
        _binding!.End(_delivery);
        _delivery.End();
        return _call.End();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RunResult Conclude(InFlightRecord record, AttemptOutcome outcome, out Verdict verdict)
    {
        _call.Renew();
        _failure = outcome;
        return Outcomes.Conclude(_core, record, outcome, out verdict);
    }
}
