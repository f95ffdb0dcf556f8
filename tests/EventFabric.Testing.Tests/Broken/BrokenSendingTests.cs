using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Brokers that store something else than they were given.</summary>
public sealed class BrokenSendingTests
{
    [Fact]
    public Task One_that_drops_a_header_is_caught() =>
        Caught.InBrokerAsync("A06", new Rewrites(static record => record with { Headers = HeaderEdit.Without(record.Headers, "same-name") }), "header \"same-name\"");

    [Fact]
    public Task One_that_alters_bytes_is_caught() => Caught.InBrokerAsync("A05", new Rewrites(AlterBody), "the received bytes");

    [Fact]
    public Task One_that_forgets_the_key_is_caught() => Caught.InBrokerAsync("A01", new Rewrites(ForgetKey), "key: expected \"customer-1\", seen nothing");

    [Fact]
    public Task One_that_makes_no_body_of_an_empty_one_is_caught() => Caught.InBrokerAsync(
        "A04",
        new Rewrites(static record => record.Body.IsEmpty ? record with { Flags = record.Flags | RecordFlags.NullBody } : record),
        "an empty body");

    [Fact]
    public Task One_that_makes_an_empty_body_of_none_is_caught() => Caught.InBrokerAsync(
        "A04",
        new Rewrites(static record => record with { Flags = record.Flags & ~RecordFlags.NullBody }),
        "expected");

    [Fact]
    public Task One_that_reorders_a_key_is_caught() =>
        Caught.InBrokerAsync("E01", new Sends(static inner => new ReversingSender(inner)), "the first deliveries of key");

    [Fact]
    public Task One_that_loses_the_last_record_of_a_batch_is_caught() =>
        Caught.InBrokerAsync("A02", new Sends(static inner => new LosingSender(inner, loses: static (index, count) => count > 1 && index == count - 1)), "expected 500 events");

    [Fact]
    public Task One_that_gives_wrong_positions_is_caught() =>
        Caught.InBrokerAsync("A03", new Sends(static inner => new ShiftingSender(inner)), "the result's position");

    [Fact]
    public Task One_that_takes_events_for_an_address_that_is_not_there_is_caught() =>
        Caught.InBrokerAsync("A09", new AcceptsAnyAddress(), "publishing to an address that does not exist: expected PublishException, seen no exception");

    [Fact]
    public Task One_that_sends_to_a_neighbour_too_is_caught() => Caught.InBrokerAsync("A10", new CrossTalk(), "the channel of an event that");

    [Fact]
    public Task One_that_loses_dead_letters_is_caught() =>
        Caught.InBrokerAsync("D06", new Sends(static inner => new LosingSender(inner, loses: static (_, _) => true), ChannelRole.DeadLetter), "expected 1 dead letter");

    [Fact]
    public Task One_that_loses_every_dead_letter_of_the_exhausted_is_caught() =>
        Caught.InBrokerAsync("G01", new Sends(static inner => new LosingSender(inner, loses: static (_, _) => true), ChannelRole.DeadLetter), "expected 1 dead letter");

    [Fact]
    public Task One_that_drops_a_header_of_dead_letters_is_caught() => Caught.InBrokerAsync(
        "G05",
        new Rewrites(static record => record with { Headers = HeaderEdit.Without(record.Headers, "x-twice") }, ChannelRole.DeadLetter),
        "the dead letter's headers");

    [Fact]
    public Task One_that_forgets_the_key_of_dead_letters_is_caught() =>
        Caught.InBrokerAsync("G05", new Rewrites(ForgetKey, ChannelRole.DeadLetter), "the dead letter's key");

    [Fact]
    public Task One_that_alters_the_bytes_of_dead_letters_is_caught() =>
        Caught.InBrokerAsync("C07", new Rewrites(AlterBody, ChannelRole.DeadLetter), "the dead letter's body");

    private static OutboundRecord ForgetKey(OutboundRecord record) => record with { Key = null, KeyBytes = default, Flags = record.Flags & ~RecordFlags.HasKey };

    private static OutboundRecord AlterBody(OutboundRecord record)
    {
        if (record.Body.IsEmpty) return record;
        var altered = record.Body.ToArray();
        altered[^1] ^= 1;
        return record with { Body = altered };
    }

    private sealed class ReversingSender(ISender inner) : DefectiveSender(inner)
    {
        public override ValueTask SendAsync(SendBatch batch, CancellationToken abort)
        {
            var last = batch.Records.Length - 1;
            return SendInsteadAsync(batch, [.. batch.Records.ToArray().Reverse()], index => last - index, abort);
        }
    }

    private sealed class ShiftingSender(ISender inner) : DefectiveSender(inner)
    {
        public override ValueTask SendAsync(SendBatch batch, CancellationToken abort)
        {
            var instead = new SendBatch(batch.Records.ToArray())
            {
                Observer = (index, outcome) => batch.Complete(index, outcome with { Position = outcome.Position with { Major = outcome.Position.Major + 1 } }),
            };
            return Inner.SendAsync(instead, abort);
        }
    }

    private sealed class AcceptsAnyAddress : Defect
    {
        internal override async ValueTask<ISender> OpenSenderAsync(IBrokerConnection connection, ChannelPlan plan, CancellationToken cancellationToken)
        {
            try
            {
                return await connection.OpenSenderAsync(plan, cancellationToken);
            }
            catch (Exception missing) when (connection.Classify(missing).Kind == ErrorKind.NotFound)
            {
                return new BlackHole();
            }
        }
    }

    private sealed class CrossTalk : Defect
    {
        private ISender? _last;

        internal override ISender Sender(ISender inner, ChannelPlan plan)
        {
            if (plan.Role != ChannelRole.Main) return inner;
            var before = Interlocked.Exchange(ref _last, inner);
            return before is null ? inner : new TalkingSender(inner, before);
        }

        private sealed class TalkingSender(ISender inner, ISender neighbour) : DefectiveSender(inner)
        {
            public override async ValueTask SendAsync(SendBatch batch, CancellationToken abort)
            {
                await neighbour.SendAsync(new SendBatch(batch.Records.ToArray()), abort);
                await base.SendAsync(batch, abort);
            }
        }
    }
}
