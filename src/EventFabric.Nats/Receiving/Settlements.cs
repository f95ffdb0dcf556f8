using System.Globalization;
using System.Text;
using EventFabric.Drivers;
using EventFabric.Nats.Sending;
using NATS.Client.Core;

namespace EventFabric.Nats.Receiving;

/// <summary>
/// Settles deliveries: each with a message to the subject that the server waits on, the last one of a call as a request. The connection and the server keep their
/// order, so one answer confirms them all.
/// </summary>
internal sealed class Settlements(NatsLink link, TimeSpan timeout)
{
    private static readonly ReadOnlyMemory<byte> Ack = "+ACK"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Nak = "-NAK"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Term = "+TERM"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Progress = "+WPI"u8.ToArray();

    internal async ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken) =>
        await SayAllAsync(commands, static command => command.Record, Words, outcomes, cancellationToken).ConfigureAwait(false);

    /// <summary>Extends leases; one that has ended is not taken back.</summary>
    internal async ValueTask ExtendAsync(ReadOnlyMemory<RecordRef> records, Memory<SettleOutcome> outcomes, long until, CancellationToken cancellationToken)
    {
        await SayAllAsync(records, static record => record, static _ => Progress, outcomes, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < records.Length; i++)
        {
            if (outcomes.Span[i].Status == SettleStatus.Applied)
                ((Delivery)records.Span[i].Handle!).LeaseEnds = until;
        }
    }

    private async ValueTask SayAllAsync<T>(
        ReadOnlyMemory<T> items, Func<T, RecordRef> recordOf, Func<T, ReadOnlyMemory<byte>> wordOf, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
    {
        var last = -1;
        for (var i = 0; i < items.Length; i++)
        {
            if (IsOurs(recordOf(items.Span[i])))
                last = i;
        }

        Exception? failure = null;
        for (var i = 0; i < items.Length; i++)
        {
            var item = items.Span[i];
            if (!IsOurs(recordOf(item)))
            {
                outcomes.Span[i] = new SettleOutcome(SettleStatus.LeaseLost, null);
                // Lost just now: what was said before it has no answer that counts.
                if (i == last)
                    failure ??= new NatsException("The records were lost before the server had confirmed.");
                continue;
            }

            failure ??= await SayAsync(recordOf(item), wordOf(item), confirm: i == last, cancellationToken).ConfigureAwait(false);
            outcomes.Span[i] = new SettleOutcome(SettleStatus.Applied, null);
        }

        if (failure is not null)
            Fail(outcomes.Span, failure);
    }

    private static void Fail(Span<SettleOutcome> outcomes, Exception failure)
    {
        foreach (ref var outcome in outcomes)
        {
            if (outcome.Status == SettleStatus.Applied)
                outcome = new SettleOutcome(SettleStatus.Failed, failure);
        }
    }

    /// <summary>The server confirms also what is another member's by now: whose it is is decided here, by the clock.</summary>
    private bool IsOurs(in RecordRef record) => !record.Owner.IsLost && ((Delivery)record.Handle!).LeaseEnds > link.Time.GetTimestamp();

    private async Task<Exception?> SayAsync(RecordRef record, ReadOnlyMemory<byte> word, bool confirm, CancellationToken cancellationToken)
    {
        var subject = ((Delivery)record.Handle!).Reply;
        if (!link.IsOpen)
            return new NatsException("There is no connection to the server.");
        try
        {
            if (confirm)
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, link.UntilDown);
                await link.Connection.RequestAsync<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>(
                    subject, word, requestSerializer: BodySerializer.Instance, replySerializer: NoReply.Instance, replyOpts: new NatsSubOpts { Timeout = timeout }, cancellationToken: either.Token).ConfigureAwait(false);
            }
            else
            {
                await link.Connection.PublishAsync(subject, word, serializer: BodySerializer.Instance, cancellationToken: cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new NatsException("The connection was lost before the server answered.");
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private ReadOnlyMemory<byte> Words(SettleCommand command) => command.Kind switch
    {
        SettleKind.Ack => Ack,
        SettleKind.Discard => command.Reason is { Length: > 0 } reason && link.Server.HasTermReason ? Encoding.UTF8.GetBytes($"+TERM {OneLine(reason)}") : Term,
        _ when command.Delay > TimeSpan.Zero => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"-NAK {{\"delay\":{command.Delay.Ticks * 100}}}")),
        _ => Nak,
    };

    private static string OneLine(string text)
    {
        const int MaxLength = 256;
        return text[..Math.Min(text.Length, MaxLength)].ReplaceLineEndings(" ");
    }
}
