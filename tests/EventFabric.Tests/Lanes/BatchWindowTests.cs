using EventFabric.Lanes;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EventFabric.Tests.Lanes;

public sealed class BatchWindowTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LaneTable _table = new();
    private int _due;

    [Fact]
    public void A_full_batch_is_due_at_once()
    {
        using var window = Window();
        Add(2);
        window.Open();
        Assert.True(window.IsDue(_table, 2));
        Assert.False(window.IsDue(_table, 3));
    }

    [Fact]
    public void The_age_of_the_oldest_counts_and_does_not_begin_again()
    {
        using var window = Window();
        Add(1);
        window.Open();
        _time.Advance(TimeSpan.FromMilliseconds(60));
        Add(1);
        window.Open();
        Assert.False(window.IsDue(_table, 10));
        _time.Advance(TimeSpan.FromMilliseconds(40));
        Assert.Equal(1, _due);
        Assert.True(window.IsDue(_table, 10));
    }

    [Fact]
    public void What_is_left_of_a_taken_batch_begins_a_new_window()
    {
        using var window = Window();
        Add(3);
        window.Open();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        window.Taken(left: 1);
        Assert.False(window.IsDue(_table, 10));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(2, _due);
        Assert.True(window.IsDue(_table, 10));
    }

    [Fact]
    public void Nothing_left_is_no_window()
    {
        using var window = Window();
        Add(1);
        window.Open();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        window.Taken(left: 0);
        Assert.False(window.IsDue(_table, 10));
    }

    [Fact]
    public void A_record_that_is_tried_again_waits_for_no_batch()
    {
        using var window = Window();
        Add(1);
        var failed = _table.Take()!;
        LaneTable.Hold(failed);
        _table.Retry(failed);
        Assert.True(window.IsDue(_table, 10));
    }

    private BatchWindow Window() => new(_time, TimeSpan.FromMilliseconds(100), () => _due++);

    private void Add(int count)
    {
        for (var i = 0; i < count; i++)
            _table.Add(new TestRecord(i));
    }
}
