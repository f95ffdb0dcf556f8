using EventFabric.Drivers;
using EventFabric.Publishing;
using EventFabric.Retry;
using EventFabric.Subscribing;

namespace EventFabric.DeadLettering;

/// <summary>
/// Writes dead letters: the original body, key and headers byte for byte, with the reason and where it came from added. The write is
/// tried until the broker has it; only then is the original settled. Thread-safe.
/// </summary>
internal sealed class DeadLetterRouter(SubscriptionCore core)
{
    private static readonly Backoff Pause = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    /// <summary>Ends when the dead letter is stored; <see cref="OperationCanceledException"/> when the record is given back before.</summary>
    public async ValueTask WriteAsync(InFlightRecord record, FailedRecord failed, Settlement settlement)
    {
        var reason = settlement.Reason ?? FailureReasons.Exhausted;
        var detail = DeadLetterDetail.Full;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var letter = Compose(record, failed, reason, settlement.Description, detail);
                await core.Services.Forward(core.Plan.DeadLetterPlan, letter, failed.WritingEnds).ConfigureAwait(false);
                break;
            }
            catch (Exception error) when (!failed.WritingEnds.IsCancellationRequested)
            {
                core.Metrics.DeadLetterFailed(core.Plan.Name, core.Plan.Channel.Name);
                DeadLetterLog.WriteFailed(core.Services.Logger, core.Plan.Name, core.Plan.DeadLetterPlan.Address, attempt, error);
                if (error is EventFabricException { Kind: EventFabricErrorKind.TooLarge } && detail > DeadLetterDetail.Least)
                {
                    // What we add gives way; the original bytes never do.
                    detail--;
                    continue;
                }
            }

            failed.WaitingEnds.ThrowIfCancellationRequested();
            await core.Scheduler.DelayAsync(PauseAfter(attempt), failed.WaitingEnds).ConfigureAwait(false);
        }

        core.Metrics.DeadLettered(core.Plan.Name, core.Plan.Channel.Name, reason);
        if (core.Parked is { } parked && (failed.Copy.Flags & RecordFlags.HasKey) != 0)
            parked.Add(failed.Copy.Key.Span);
        DeadLetterLog.DeadLettered(core.Services.Logger, core.Plan.Name, record.Ref.Position.ToString(), core.Plan.DeadLetterPlan.Address, reason);
    }

    private TimeSpan PauseAfter(int attempt)
    {
        lock (core.Scheduler.Random)
            return Pause.Next(attempt, core.Scheduler.Random);
    }

    private ForwardRecord Compose(InFlightRecord record, FailedRecord failed, string reason, string? description, DeadLetterDetail detail)
    {
        ref readonly var original = ref failed.Copy;
        var origin = record.Ref.Position.ToEventPosition(core.Plan.Channel.Name, record.Part.Owner.Partition);
        var attempts = Math.Max(1, Math.Max(record.Attempts, original.DeliveryCount));
        var headers = DeadLetterHeaders.Write(
            original.Headers,
            record.Session.Receiver.Traits.Binding,
            new DeadLetterFacts(reason, description, attempts, core.Scheduler.Time.GetUtcNow(), origin.ToString(), core.Plan.Name, core.Plan.Group),
            detail);
        return new ForwardRecord
        {
            Body = original.Body,
            Key = original.Key,
            HasKey = (original.Flags & RecordFlags.HasKey) != 0,
            Headers = headers,
            Flags = original.Flags & ~RecordFlags.Redelivered,
            Id = new CloudEventId(System.Text.Encoding.UTF8.GetString(headers.WellKnown(CloudEventAttribute.Id))),
            // A copy of its own: it must not pass for a duplicate of the original, nor of an earlier dead letter.
            DedupId = $"{origin}/dead-letter",
        };
    }
}
