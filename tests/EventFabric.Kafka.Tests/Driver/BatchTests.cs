using System.Text;
using Confluent.Kafka;
using EventFabric.Drivers;
using EventFabric.Kafka.Receiving;
using Xunit;

namespace EventFabric.Kafka.Tests.Driver;

public sealed class BatchTests
{
    [Fact]
    public void Records_of_a_partition_that_is_given_up_leave_a_half_filled_batch_and_the_others_stay_in_order()
    {
        var batch = new BatchPool("t").Rent();
        Ownership[] owners = [new("0", 0), new("1", 1)];
        for (var i = 0; i < 200; i++)
            batch.Add(Result(batch, i % 2, i, $"body {i}"), owners[i % 2]);
        batch.Remove(owner => owner == owners[0]);
        var kept = new List<(int, long, string)>();
        foreach (ref readonly var record in batch.Records)
            kept.Add((record.Ref.Owner.Index, record.Ref.Position.Major, Encoding.UTF8.GetString(record.Body.Span)));
        Assert.Equal(Enumerable.Range(0, 100).Select(static i => (1, (long)((2 * i) + 1), $"body {(2 * i) + 1}")), kept);
        Assert.True(batch.TryGetNative<ConsumeResult<byte[], byte[]>>(99, out var native));
        Assert.Equal((199L, "body 199", 200L), (native.Offset.Value, Encoding.UTF8.GetString(native.Message.Value), native.Message.Timestamp.UnixTimestampMs));
        Assert.False(batch.TryGetNative<ConsumeResult<byte[], byte[]>>(100, out _));
    }

    [Fact]
    public void A_recycled_batch_holds_nothing_of_its_last_life()
    {
        var pool = new BatchPool("t");
        var batch = pool.Rent();
        batch.Add(Result(batch, 0, 5, "old"), new Ownership("0", 0));
        batch.Recycle();
        Assert.Same(batch, pool.Rent());
        Assert.True(batch.Records.IsEmpty);
        Assert.False(batch.TryGetNative<ConsumeResult<byte[], byte[]>>(0, out _));
        batch.Add(Result(batch, 0, 6, "new"), new Ownership("0", 0));
        Assert.Equal("new", Encoding.UTF8.GetString(batch.Records[0].Body.Span));
    }

    private static ConsumeResult<Slice, Slice> Result(KafkaBatch batch, int partition, long offset, string body) => new()
    {
        Topic = "t",
        Partition = partition,
        Offset = offset,
        Message = new Message<Slice, Slice> { Key = new Slice(default, true), Value = new Slice(batch.Copy(Encoding.UTF8.GetBytes(body)), false), Timestamp = new Timestamp(offset + 1, TimestampType.CreateTime) },
    };
}
