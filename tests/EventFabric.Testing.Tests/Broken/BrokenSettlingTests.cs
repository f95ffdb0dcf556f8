using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Brokers that settle something else than they were told, and engines that tell them so.</summary>
public sealed class BrokenSettlingTests
{
    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_redelivers_for_ever_is_caught(InMemoryProfile profile) =>
        Caught.InBrokerAsync("D01", new Settles(static (_, commands, outcomes, _) => Answer(commands, outcomes, SettleStatus.Applied)), "nothing to come back after the restart", profile);

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_acks_before_the_handler_is_caught(InMemoryProfile profile) =>
        Caught.InBrokerAsync("D04", new Receives(static inner => new AcksAtHandOver(inner)), "unsettled events at the other member", profile);

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_takes_what_a_member_had_when_it_died_for_handled_is_caught(InMemoryProfile profile) =>
        Caught.InBrokerAsync("F04", new Receives(static inner => new AcksAtHandOver(inner)), "events at the member that lives", profile);

    [Fact]
    public Task One_that_commits_past_a_hole_is_caught()
    {
        var defect = new CommitsByPosition();
        return Caught.ByAsync("D12", new BrokenFixture(InMemoryProfile.Log) { Broker = defect, Program = defect.AddTo }, "1 again");
    }

    [Fact]
    public Task One_whose_mark_stays_below_a_hole_that_has_closed_is_caught() => Caught.InEngineAsync(
        "D12",
        new Settles(static (_, commands, outcomes, _) => Answer(commands, outcomes, SettleStatus.Applied)),
        "nothing to come back after the restart");

    [Fact]
    public Task One_that_ignores_a_release_delay_is_caught() => Caught.InBrokerAsync(
        "D03",
        new Settles(static (inner, commands, outcomes, token) =>
            inner.SettleAsync(commands.ToArray().Select(static command => command with { Delay = TimeSpan.Zero }).ToArray(), outcomes, token)),
        "the second attempt after",
        InMemoryProfile.Queue);

    [Fact]
    public Task One_that_acks_what_is_released_is_caught() => Caught.InBrokerAsync(
        "D03",
        new Settles(static (inner, commands, outcomes, token) =>
            inner.SettleAsync(commands.ToArray().Select(static command => command with { Kind = SettleKind.Ack }).ToArray(), outcomes, token)),
        "the second attempt",
        InMemoryProfile.Queue);

    [Fact]
    public Task One_that_hides_failed_settlements_is_caught() => Caught.InEngineAsync(
        "D14",
        new Settles(static async (inner, commands, outcomes, token) =>
        {
            await inner.SettleAsync(commands, outcomes, token);
            await Answer(commands, outcomes, SettleStatus.Applied);
        }),
        "3 failed settlements in the metrics");

    [Fact]
    public Task One_that_does_not_extend_leases_is_caught() =>
        Caught.InBrokerAsync("D10", new Receives(static inner => new NeverExtends(inner)), "deliveries of the slow event, over both members", InMemoryProfile.Queue);

    [Fact]
    public Task One_that_does_not_extend_what_is_held_is_caught() =>
        Caught.InBrokerAsync("G13", new Receives(static inner => new NeverExtends(inner)), "the attempts, over both members", InMemoryProfile.Queue);

    [Fact]
    public Task One_whose_leases_never_end_is_caught() =>
        Caught.InBrokerAsync("D11", new Receives(static inner => new ExtendsForEver(inner)), "the other member to get the event", InMemoryProfile.Queue);

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_settles_an_old_tenure_is_caught(InMemoryProfile profile) =>
        Caught.InEngineAsync("D09", new OneTenureForEver(), "the handler's token to be cancelled", profile);

    private static ValueTask Answer(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, SettleStatus status)
    {
        outcomes.Span[..commands.Length].Fill(new SettleOutcome(status, null));
        return default;
    }

    private sealed class AcksAtHandOver(IReceiver inner) : DefectiveReceiver(inner)
    {
        public override async ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
        {
            if (await Inner.ReceiveAsync(maxRecords) is not { } batch) return null;
            var commands = batch.Records.ToArray().Select(static record => new SettleCommand(record.Ref, SettleKind.Ack, TimeSpan.Zero)).ToArray();
            await Inner.SettleAsync(commands, new SettleOutcome[commands.Length], CancellationToken.None);
            return batch;
        }

        public override ValueTask SettleAsync(ReadOnlyMemory<SettleCommand> commands, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken) =>
            Answer(commands, outcomes, SettleStatus.Applied);
    }

    private sealed class NeverExtends(IReceiver inner) : DefectiveReceiver(inner)
    {
        public override ValueTask ExtendAsync(ReadOnlyMemory<RecordRef> records, TimeSpan by, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken)
        {
            outcomes.Span[..records.Length].Fill(new SettleOutcome(SettleStatus.Applied, null));
            return default;
        }
    }

    private sealed class ExtendsForEver(IReceiver inner) : DefectiveReceiver(inner)
    {
        public override async ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
        {
            if (await Inner.ReceiveAsync(maxRecords) is not { } batch) return null;
            var records = batch.Records.ToArray().Select(static record => record.Ref).ToArray();
            await base.ExtendAsync(records, TimeSpan.FromHours(1), new SettleOutcome[records.Length], CancellationToken.None);
            return batch;
        }

        public override ValueTask ExtendAsync(ReadOnlyMemory<RecordRef> records, TimeSpan by, Memory<SettleOutcome> outcomes, CancellationToken cancellationToken) =>
            base.ExtendAsync(records, TimeSpan.FromHours(1), outcomes, cancellationToken);
    }
}
