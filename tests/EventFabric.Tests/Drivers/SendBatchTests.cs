using EventFabric.Drivers;
using EventFabric.Tests.InMemory;
using Xunit;

namespace EventFabric.Tests.Drivers;

public sealed class SendBatchTests
{
    private static readonly SendOutcome Accepted = new(SendStatus.Accepted, new RecordPosition(1, 2, 0, null), null);

    [Fact]
    public void A_record_is_completed_once()
    {
        var batch = new SendBatch(new OutboundRecord[2]);
        batch.Complete(1, Accepted);
        Assert.Equal(Accepted, batch.Outcome(1));
        Assert.Throws<InvalidOperationException>(() => batch.Outcome(0));
        var error = Assert.Throws<InvalidOperationException>(() => batch.Complete(1, new SendOutcome(SendStatus.Unknown, default, null)));
        Assert.Equal("Record 1 of the batch is completed already. A driver completes each record once.", error.Message);
        Assert.Equal(Accepted, batch.Outcome(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Complete(2, Accepted));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Complete(-1, Accepted));
        Assert.False(batch.IsCompleted);
        Assert.Equal([false, true], [batch.IsCompletedAt(0), batch.IsCompletedAt(1)]);
    }

    [Fact]
    public void The_completion_ends_with_the_last_record_and_continues_only_through_the_scheduler()
    {
        var scheduler = new ManualScheduler();
        var batch = new SendBatch(2) { Scheduler = scheduler };
        batch.Add();
        batch.Add();
        var ended = false;
        var wait = WaitAsync();
        Assert.False(wait.IsCompleted);
        batch.Complete(0, Accepted);
        scheduler.Run();
        Assert.False(ended);
        batch.Complete(1, Accepted);
        Assert.False(ended);
        scheduler.Run();
        Assert.True(ended);
        Assert.True(batch.Completion.IsCompletedSuccessfully);

        async Task WaitAsync()
        {
            await batch.Completion.ConfigureAwait(false);
            ended = true;
        }
    }

    [Fact]
    public void A_batch_is_used_again()
    {
        var batch = new SendBatch(1);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 5; i++) batch.Add().DeliverAtMs = i;
            Assert.Equal([0L, 1, 2, 3, 4], batch.Records.ToArray().Select(static record => record.DeliverAtMs));
            var completion = batch.Completion;
            for (var i = 0; i < 5; i++) batch.Complete(i, Accepted);
            Assert.True(completion.IsCompleted);
            batch.Reset();
            Assert.Equal(0, batch.Count);
            Assert.False(batch.IsCompleted);
        }
    }

    [Fact]
    public void A_completion_of_earlier_records_cannot_be_awaited_later()
    {
        var batch = new SendBatch(1);
        batch.Add();
        var stale = batch.Completion;
        batch.Complete(0, Accepted);
        batch.Reset();
        Assert.Throws<InvalidOperationException>(() => stale.IsCompleted);
    }

    [Fact]
    public void A_wrapper_sees_each_outcome_and_a_slice_of_an_array_is_read_in_place()
    {
        var seen = new List<(int, SendStatus)>();
        var records = new OutboundRecord[4];
        records[2].DeliverAtMs = 42;
        var batch = new SendBatch(records.AsMemory(1, 2)) { Observer = (index, outcome) => seen.Add((index, outcome.Status)) };
        Assert.Equal(42, batch.Records[1].DeliverAtMs);
        batch.Complete(1, Accepted);
        batch.Complete(0, new SendOutcome(SendStatus.NotSent, default, null));
        Assert.Equal([(1, SendStatus.Accepted), (0, SendStatus.NotSent)], seen);
        Assert.True(new SendBatch(ReadOnlyMemory<OutboundRecord>.Empty).Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Threads_that_complete_at_once_end_a_batch_once_and_one_of_two_on_a_record_fails()
    {
        for (var round = 0; round < 50; round++)
        {
            var batch = new SendBatch(new OutboundRecord[200]);
            var ended = 0;
            var wait = WaitAsync();
            var failed = 0;
            await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
            {
                // Two workers for each half.
                for (var i = worker % 2; i < 200; i += 2)
                {
                    try
                    {
                        batch.Complete(i, new SendOutcome(SendStatus.Accepted, new RecordPosition(0, i, 0, null), null));
                    }
                    catch (InvalidOperationException)
                    {
                        Interlocked.Increment(ref failed);
                    }
                }
            })));
            await wait.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Equal(200, failed);
            Assert.Equal(1, ended);
            for (var i = 0; i < 200; i++) Assert.Equal(i, batch.Outcome(i).Position.Major);

            async Task WaitAsync()
            {
                await batch.Completion;
                Interlocked.Increment(ref ended);
            }
        }
    }

    [Fact]
    public void Completing_allocates_nothing()
    {
        var batch = new SendBatch(100);
        Assert.Equal(0, AllocationGate.BytesPerCall(() => Play(batch), calls: 100));

        static void Play(SendBatch batch)
        {
            for (var i = 0; i < 100; i++) batch.Add();
            for (var i = 0; i < 100; i++) batch.Complete(i, Accepted);
            batch.Reset();
        }
    }
}
