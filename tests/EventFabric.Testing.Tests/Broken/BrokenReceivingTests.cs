using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Brokers that hand over something else than they have.</summary>
public sealed class BrokenReceivingTests
{
    [Fact]
    public Task One_that_loses_the_last_record_of_a_batch_is_caught() =>
        Caught.InBrokerAsync("A02", new HandsOver(static records => records.Length > 1 ? records[..^1] : records), "expected 500 events");

    [Fact]
    public Task One_that_drops_an_extension_is_caught() =>
        Caught.InBrokerAsync("C03", new HandsOver(static records => Each(records, static (ref InboundRecord record) => record.Headers = HeaderEdit.Without(record.Headers, "ce_extbool"))), "extension extbool");

    [Fact]
    public Task One_that_forgets_the_key_is_caught() => Caught.InBrokerAsync(
        "C01",
        new HandsOver(static records => Each(records, static (ref InboundRecord record) =>
        {
            record.Key = default;
            record.Flags &= ~RecordFlags.HasKey;
        })),
        "received key");

    [Fact]
    public Task One_that_gives_events_without_a_key_all_one_key_is_caught() => Caught.InBrokerAsync(
        "E06",
        new HandsOver(static records => Each(records, static (ref InboundRecord record) =>
        {
            if ((record.Flags & RecordFlags.HasKey) != 0) return;
            record.Key = "same"u8.ToArray();
            record.Flags |= RecordFlags.HasKey;
        })),
        "4 events without a key in handlers at once");

    [Fact]
    public Task One_that_hands_over_the_next_batch_only_when_the_last_is_done_is_caught() =>
        Caught.InBrokerAsync("E08", new Receives(static inner => new OneBatchAtATime(inner)), "300 events of other keys while one key is blocked");

    [Fact]
    public Task One_that_gives_no_native_record_is_caught() => Caught.InBrokerAsync("A15", new Receives(static inner => new WithoutNative(inner)), "the client's own type");

    [Fact]
    public Task One_that_forgets_its_delivery_counts_is_caught() => Caught.InBrokerAsync(
        "G12",
        new HandsOver(static records => Each(records, static (ref InboundRecord record) => record.DeliveryCount = 1)),
        "dead letters after 11 crashes",
        InMemoryProfile.Queue);

    [Fact]
    public Task One_that_does_not_say_that_it_hands_over_again_is_caught() => Caught.InEngineAsync(
        "D16",
        new HandsOver(static records => Each(records, static (ref InboundRecord record) =>
        {
            record.DeliveryCount = 1;
            record.Flags &= ~RecordFlags.Redelivered;
        })),
        "handler calls of the event that was in its handler",
        InMemoryProfile.Queue);

    [Fact]
    public Task One_that_shows_no_dead_letters_to_a_browser_is_caught() => Caught.InBrokerAsync("E04", new BlindBrowser(), "a fourth dead letter of each parked key, after the restart");

    [Fact]
    public Task One_that_gives_a_partition_away_without_asking_is_caught() => Caught.InBrokerAsync("E09", new GivesAwayUnasked(), "events of one key in handlers at once, over all members");

    [Fact]
    public Task One_that_calls_a_missing_address_there_is_caught() => Caught.InBrokerAsync("G16", new SeesDeadLetterAddresses(), "starting without a dead-letter address: expected a refusal");

    private delegate void Change(ref InboundRecord record);

    private static InboundRecord[] Each(InboundRecord[] records, Change change)
    {
        for (var index = 0; index < records.Length; index++) change(ref records[index]);
        return records;
    }

    private sealed class OneBatchAtATime(IReceiver inner) : DefectiveReceiver(inner)
    {
        private TaskCompletionSource _done = Completed();

        public override async ValueTask<InboundBatch?> ReceiveAsync(int maxRecords)
        {
            await _done.Task;
            if (await Inner.ReceiveAsync(maxRecords) is not { } batch) return null;
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new TellingBatch(batch, _done);
        }

        public override ValueTask DisposeAsync()
        {
            _done.TrySetResult();
            return base.DisposeAsync();
        }

        private static TaskCompletionSource Completed()
        {
            var source = new TaskCompletionSource();
            source.SetResult();
            return source;
        }
    }

    private sealed class TellingBatch(InboundBatch inner, TaskCompletionSource done) : InboundBatch
    {
        public override ReadOnlySpan<InboundRecord> Records => inner.Records;

        public override bool TryGetNative<T>(int index, [NotNullWhen(true)] out T? native)
            where T : default => inner.TryGetNative(index, out native);

        public override void Recycle()
        {
            inner.Recycle();
            done.TrySetResult();
        }
    }

    private sealed class WithoutNative(IReceiver inner) : DefectiveReceiver(inner)
    {
        public override async ValueTask<InboundBatch?> ReceiveAsync(int maxRecords) => await Inner.ReceiveAsync(maxRecords) is { } batch ? new Plain(batch) : null;

        private sealed class Plain(InboundBatch inner) : InboundBatch
        {
            public override ReadOnlySpan<InboundRecord> Records => inner.Records;

            public override void Recycle() => inner.Recycle();
        }
    }

    private sealed class BlindBrowser : Defect
    {
        internal override IReceiver Receiver(IReceiver inner, ChannelPlan plan) => plan.Mode == ReceiveMode.Browse ? new AtItsEnd(inner) : inner;

        private sealed class AtItsEnd(IReceiver inner) : DefectiveReceiver(inner)
        {
            public override ValueTask<InboundBatch?> ReceiveAsync(int maxRecords) => default;
        }
    }

    private sealed class GivesAwayUnasked : Defect
    {
        internal override IReceiverEvents Events(IReceiverEvents inner, ChannelPlan plan) => new Unasked(inner);

        private sealed class Unasked(IReceiverEvents inner) : IReceiverEvents
        {
            public void Assigned(IReadOnlyList<Ownership> added) => inner.Assigned(added);

            public ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds) => default;

            public void Lost(IReadOnlyList<Ownership> gone, Exception? cause) => inner.Lost(gone, cause);

            public void StateChanged(ChannelState state, Exception? cause) => inner.StateChanged(state, cause);
        }
    }

    private sealed class SeesDeadLetterAddresses : Defect
    {
        internal override ImmutableArray<TopologyItem> Inspected(ImmutableArray<TopologyItem> items, ImmutableArray<ChannelPlan> plans) =>
            [.. items.Select(item => plans.Any(plan => plan.Address == item.Resource && plan.Role == ChannelRole.DeadLetter) ? item with { State = TopologyState.Ok } : item)];
    }
}

/// <summary>A defect of the receivers that consume.</summary>
internal sealed class Receives(Func<IReceiver, IReceiver> make) : Defect
{
    internal override IReceiver Receiver(IReceiver inner, ChannelPlan plan) => plan.Mode == ReceiveMode.Consume ? make(inner) : inner;
}
