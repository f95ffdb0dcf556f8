using EventFabric.Drivers;
using EventFabric.Envelope;
using EventFabric.Lanes;
using EventFabric.Retry;

namespace EventFabric.Subscribing;

/// <summary>What is decided about a record before any handler sees it. The one place where these rules stand.</summary>
internal static class Admission
{
    /// <summary>Deliveries beyond the allowed attempts that are put down to drains, pauses and peeks, which brokers count too.</summary>
    public const int DeliveryMargin = 10;

    /// <summary>What becomes of an event whose key has an earlier one in the dead-letter channel, under ParkKey.</summary>
    public static Settlement KeyParked { get; } = Settlement.DeadLetter(FailureReasons.KeyParked, "An earlier event of the key is in the dead-letter channel.");

    /// <summary>False: nothing is started any more for this record, and the verdict says what becomes of it.</summary>
    public static bool IsOpen(SubscriptionCore core, InFlightRecord record, out Verdict verdict)
    {
        verdict = record.IsGone ? Verdict.Abandon : Verdict.Release;
        return !record.IsGone && !record.IsReturned && !core.IsDraining && record.Failed is not { IsReleased: true };
    }

    /// <summary>
    /// Reads the envelope and finds the handler of a record about which there is nothing to decide; null: <see cref="Check"/> decides.
    /// </summary>
    public static TypeBinding? Admit(SubscriptionCore core, InFlightRecord record, Delivery delivery, out DecodeStatus status)
    {
        ref readonly var raw = ref record.Record;
        status = delivery.Begin(record, in raw);
        return status == DecodeStatus.Ok && raw.DeliveryCount <= DeliveryMargin && core.Parked is null
            ? core.Handlers.Find(delivery.Decoded.TypeUtf8)
            : null;
    }

    /// <summary>Finds the handler of a record whose envelope was read; else what stands in for the handler's verdict.</summary>
    public static AttemptOutcome? Check(SubscriptionCore core, InFlightRecord record, Delivery delivery, DecodeStatus status, out TypeBinding? binding)
    {
        binding = null;
        ref readonly var raw = ref record.Record;
        if (core.Parked is { } parked && (raw.Flags & RecordFlags.HasKey) != 0 && record.Failed is null && parked.Contains(raw.Key.Span))
            return Fail(KeyParked);
        // Under Block an event is tried for ever, and a broker that keeps it meanwhile counts every time.
        if (core.Plan.OnExhausted != ExhaustedPolicy.Block && raw.DeliveryCount > core.Plan.Retry.MaxAttempts + DeliveryMargin && record.Failed is null)
            return Exhausted(core, raw.DeliveryCount);
        if (status != DecodeStatus.Ok)
            return Fail(Settlement.DeadLetter(DecodedEvent.UndecodableEnvelope, delivery.Decoded.Problem));
        binding = core.Handlers.Find(delivery.Decoded.TypeUtf8);
        if (binding is not null)
            return null;
        return core.Plan.OnUnhandled == UnhandledPolicy.Drop
            ? Fail(Settlement.Drop(FailureReasons.Unhandled))
            : Fail(Settlement.DeadLetter(FailureReasons.Unhandled, $"Subscription \"{core.Plan.Name}\" has no handler for \"{delivery.Decoded.Type()}\"."));
    }

    private static AttemptOutcome Exhausted(SubscriptionCore core, int deliveries) => core.Plan.OnExhausted == ExhaustedPolicy.Drop
        ? Fail(Settlement.Drop(FailureReasons.Exhausted))
        : Fail(Settlement.DeadLetter(FailureReasons.Exhausted, $"The broker handed it out {deliveries} times."));

    private static AttemptOutcome Fail(Settlement settlement) => new(settlement, null);
}
