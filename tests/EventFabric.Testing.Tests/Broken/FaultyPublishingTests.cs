using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Engines whose publishing side has a fault.</summary>
public sealed class FaultyPublishingTests
{
    [Fact]
    public Task One_that_truncates_the_results_of_a_batch_is_caught() => Caught.InProgramAsync(
        "B01",
        FaultyPublisher.With(new FaultyPublisher.Faults { Batch = static async (publish, token) => [.. (await publish(token)).SkipLast(1)] }),
        "the results' ids");

    [Fact]
    public Task One_that_gives_results_in_another_order_is_caught() => Caught.InProgramAsync(
        "B01",
        FaultyPublisher.With(new FaultyPublisher.Faults { Batch = static async (publish, token) => [.. (await publish(token)).Reverse()] }),
        "the results' ids");

    [Fact]
    public Task One_that_hides_a_failed_entry_is_caught() => Caught.InProgramAsync(
        "B02",
        FaultyPublisher.With(new FaultyPublisher.Faults
        {
            Batch = static async (publish, token) =>
            {
                try
                {
                    return await publish(token);
                }
                catch (PublishException hidden)
                {
                    return hidden.Results;
                }
            },
        }),
        "a batch of which one event fails: expected PublishException, seen no exception");

    [Fact]
    public Task One_that_says_yes_before_the_broker_does_is_caught() => Caught.InEngineAsync("B05", new Sends(static inner => new EarlySender(inner)), "B05");

    [Fact]
    public Task One_that_ignores_a_cancelled_token_is_caught() => Caught.InProgramAsync(
        "A12",
        FaultyPublisher.With(new FaultyPublisher.Faults { Single = static (publish, _) => publish(CancellationToken.None) }),
        "a token cancelled before: expected OperationCanceledException");

    [Fact]
    public Task One_that_lets_reserved_headers_pass_is_caught() => Caught.InProgramAsync("A07", FaultyPublisher.With(Swallowing<ArgumentException>()), "publishing with header");

    [Fact]
    public Task One_that_swallows_what_is_too_large_is_caught() => Caught.InProgramAsync("A08", FaultyPublisher.With(Swallowing<PublishException>()), "253953 bytes to be refused");

    [Fact]
    public Task One_that_swallows_publishes_after_its_end_is_caught() =>
        Caught.InProgramAsync("A13", FaultyPublisher.With(Swallowing<ObjectDisposedException>()), "publishing after the end: expected ObjectDisposedException");

    [Fact]
    public Task One_that_resends_behind_a_failed_record_of_the_key_is_caught() =>
        Caught.InEngineAsync("B07", new Sends(static inner => new ResendingSender(inner)), "the events of key bad as they are stored");

    [Fact]
    public Task One_that_does_not_split_a_batch_is_caught() => Caught.InEngineAsync("B03", new Sends(static inner => new UnlimitedSender(inner)), "expected");

    [Fact]
    public Task One_that_settles_before_the_dead_letter_is_confirmed_is_caught() =>
        Caught.InEngineAsync("G07", new Sends(static inner => new EarlySender(inner), ChannelRole.DeadLetter), "both events at the next member");

    [Theory]
    [InlineData(InMemoryProfile.Log)]
    [InlineData(InMemoryProfile.Queue)]
    public Task One_that_settles_though_the_dead_letter_failed_is_caught(InMemoryProfile profile) =>
        Caught.InEngineAsync("G06", new Sends(static inner => new EarlySender(inner), ChannelRole.DeadLetter), "failed dead-letter writes in the metrics", profile);

    private static FaultyPublisher.Faults Swallowing<TException>()
        where TException : Exception => new()
        {
            Single = static async (publish, token) =>
            {
                try
                {
                    return await publish(token);
                }
                catch (TException)
                {
                    return new PublishResult("swallowed");
                }
            },
        };

    /// <summary>Tells the engine at once what the broker may say later.</summary>
    private sealed class EarlySender(ISender inner) : DefectiveSender(inner)
    {
        public override ValueTask SendAsync(SendBatch batch, CancellationToken abort)
        {
            var own = batch.Records.ToArray();
            for (var index = 0; index < own.Length; index++)
                own[index] = own[index] with { Body = own[index].Body.ToArray(), KeyBytes = own[index].KeyBytes.ToArray(), Headers = HeaderEdit.Without(own[index].Headers, string.Empty) };
            _ = Inner.SendAsync(new SendBatch(own), abort).AsTask();
            for (var index = 0; index < own.Length; index++) batch.Complete(index, new SendOutcome(SendStatus.Accepted, default, null));
            return default;
        }
    }

    /// <summary>Sends what failed again once later records have gone.</summary>
    private sealed class ResendingSender(ISender inner) : DefectiveSender(inner)
    {
        private readonly List<OutboundRecord> _failed = [];

        public override async ValueTask SendAsync(SendBatch batch, CancellationToken abort)
        {
            var records = batch.Records.ToArray();
            for (var index = 0; index < records.Length; index++)
            {
                var single = new SendBatch(new[] { records[index] });
                await Inner.SendAsync(single, abort);
                await single.Completion;
                var outcome = single.Outcome(0);
                if (outcome.Status is SendStatus.Accepted or SendStatus.Duplicate)
                {
                    batch.Complete(index, outcome);
                    await ResendAsync(abort);
                    continue;
                }

                var record = records[index];
                _failed.Add(record with { Body = record.Body.ToArray(), KeyBytes = record.KeyBytes.ToArray(), Headers = HeaderEdit.Without(record.Headers, string.Empty) });
                batch.Complete(index, new SendOutcome(SendStatus.Accepted, default, null));
            }
        }

        private async Task ResendAsync(CancellationToken abort)
        {
            foreach (var record in _failed.ToArray())
            {
                var again = new SendBatch(new[] { record });
                await Inner.SendAsync(again, abort);
                await again.Completion;
                if (again.Outcome(0).Status == SendStatus.Accepted) _failed.Remove(record);
            }
        }
    }

    /// <summary>Hides the sender's limits from the engine.</summary>
    private sealed class UnlimitedSender(ISender inner) : DefectiveSender(inner)
    {
        public override SendTraits Traits => Inner.Traits with { MaxCount = 1000, MaxBatchBytes = 1 << 20 };
    }
}
