using System.Text;
using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Tests.Drivers;

public sealed class SharedPiecesTests
{
    [Fact]
    public void A_slab_comes_back_and_no_more_than_allowed_are_kept()
    {
        var pool = new SlabPool(64, 2);
        var slabs = new[] { pool.Rent(), pool.Rent(64), pool.Rent() };
        Assert.Equal(3, slabs.Distinct().Count());
        foreach (var slab in slabs) pool.Return(slab);
        var again = new[] { pool.Rent(), pool.Rent(), pool.Rent() };
        Assert.Equal(2, again.Intersect(slabs).Count());
        Assert.Equal(3, again.Distinct().Count());
    }

    [Fact]
    public void A_larger_slab_is_made_for_the_call_and_not_kept()
    {
        var pool = new SlabPool(64, 2);
        var large = pool.Rent(65);
        Assert.Equal(65, large.Length);
        pool.Return(large);
        Assert.Equal(64, pool.Rent().Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlabPool(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlabPool(1, 0));
    }

    [Fact]
    public async Task No_slab_is_given_to_two_at_once()
    {
        var pool = new SlabPool(8, 4);
        await Task.WhenAll(Enumerable.Range(1, 4).Select(worker => Task.Run(() =>
        {
            for (var round = 0; round < 20_000; round++)
            {
                var slab = pool.Rent();
                slab.AsSpan().Fill((byte)worker);
                Assert.True(slab.AsSpan().IndexOfAnyExcept((byte)worker) < 0, $"Worker {worker}, round {round}: another wrote into the slab.");
                pool.Return(slab);
            }
        })));
    }

    [Fact]
    public void A_backoff_doubles_its_ceiling_up_to_the_maximum()
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
        Assert.Equal([100, 200, 400, 800, 1600, 3200, 5000, 5000], Enumerable.Range(1, 8).Select(attempt => backoff.Ceiling(attempt).TotalMilliseconds));
        Assert.Equal(TimeSpan.FromSeconds(5), backoff.Ceiling(int.MaxValue));
        Assert.Equal(TimeSpan.MaxValue, new Backoff(TimeSpan.FromTicks(1), TimeSpan.MaxValue).Ceiling(64));
        Assert.Throws<ArgumentOutOfRangeException>(() => backoff.Ceiling(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Backoff(TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Backoff(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_backoff_uses_the_whole_range_below_its_ceiling()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        var random = new Random(1);
        var waits = Enumerable.Range(0, 2000).Select(_ => backoff.Next(3, random).TotalSeconds).ToList();
        Assert.All(waits, static wait => Assert.InRange(wait, 0, 4));
        Assert.InRange(waits.Min(), 0, 0.1);
        Assert.InRange(waits.Max(), 3.9, 4);
        Assert.InRange(waits.Average(), 1.8, 2.2);
    }

    [Fact]
    public void An_id_is_the_same_as_Guid_and_as_its_text()
    {
        var guid = Guid.Parse("0190163d-8694-739b-aea5-966c26f8ad90");
        var id = new CloudEventId(guid);
        Assert.Equal(id, new CloudEventId(guid.ToString()));
        Assert.Equal(id.GetHashCode(), new CloudEventId(guid.ToString()).GetHashCode());
        Assert.True(new CloudEventId(guid.ToString()).TryGetGuid(out var back));
        Assert.Equal(guid, back);

        var upper = new CloudEventId(guid.ToString().ToUpperInvariant());
        Assert.NotEqual(id, upper);
        Assert.False(upper.TryGetGuid(out _));
        Assert.Equal(guid.ToString().ToUpperInvariant(), upper.ToString());
        Assert.NotEqual(new CloudEventId("a"), new CloudEventId("A"));
        Assert.NotEqual(default, new CloudEventId("a"));
    }

    [Theory]
    [InlineData("0190163d-8694-739b-aea5-966c26f8ad90")]
    [InlineData("order-7/ü")]
    [InlineData("")]
    public void An_id_writes_its_text(string text)
    {
        var id = new CloudEventId(text);
        var target = new byte[id.Utf8Length];
        Assert.Equal(target.Length, id.Write(target));
        Assert.Equal(text, Encoding.UTF8.GetString(target));
        Assert.Equal(text, id.ToString());
        if (target.Length > 0) Assert.Throws<ArgumentException>(() => id.Write(target.AsSpan(1)));
    }

    [Fact]
    public void A_position_goes_to_the_application_and_back()
    {
        foreach (var position in new[] { new RecordPosition(3, 1042, 0, null), new RecordPosition(0, 7, 2, null), new RecordPosition(1, 0, 0, "1:2:3") })
        {
            var shown = position.ToEventPosition("orders", $"{position.Partition}");
            Assert.Equal(position.ToString(), shown.Value);
            Assert.Equal(position, RecordPosition.From(EventPosition.Parse(shown.ToString())));
        }

        var queued = new RecordPosition(-1, 7, 0, null);
        Assert.Null(queued.ToEventPosition("orders", string.Empty).Partition);
        Assert.Equal(queued, RecordPosition.From(queued.ToEventPosition("orders", string.Empty)));
        Assert.Equal(-1, RecordPosition.From(EventPosition.Parse("orders/east/7")).Partition);
    }
}
