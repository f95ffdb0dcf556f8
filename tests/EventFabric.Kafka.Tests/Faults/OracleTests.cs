using Xunit;

namespace EventFabric.Kafka.Tests.Faults;

/// <summary>The oracle finds what it is there for.</summary>
public sealed class OracleTests
{
    private readonly Oracle _oracle = new();
    private long _clock;

    [Fact]
    public void What_was_acknowledged_and_never_handled_is_lost()
    {
        Publish(0, 1, 2);
        Handle(0, offset: 0);
        Handle(2, offset: 2);
        Assert.False(_oracle.IsComplete());
        Assert.Equal(["k/1"], _oracle.Judge().Lost);
    }

    [Fact]
    public void A_first_delivery_behind_a_later_one_of_its_key_is_out_of_order_and_a_repeat_is_not()
    {
        Publish(0, 1, 2);
        Handle(0, offset: 0);
        Handle(2, offset: 2);
        Handle(1, offset: 1);
        Handle(0, offset: 0);
        Assert.Equal(["k/1 after 2"], _oracle.Judge().Disorder);
    }

    [Fact]
    public void What_was_refused_to_its_publisher_may_come_behind_a_later_one()
    {
        Publish(0, 1);
        _oracle.Refuse(new NumberedEvent("k", 0, ""));
        Handle(1, offset: 0);
        Handle(0, offset: 1);
        Assert.Empty(_oracle.Judge().Disorder);
    }

    [Fact]
    public void Only_what_was_not_committed_may_come_again()
    {
        Publish(0, 1);
        Handle(0, offset: 0);
        Handle(1, offset: 1);
        _oracle.Break(new Dictionary<int, long> { [0] = 1 });
        _clock = System.Diagnostics.Stopwatch.GetTimestamp();
        Handle(0, offset: 0);
        Handle(1, offset: 1);
        var repeats = _oracle.Judge().Repeats;
        Assert.Equal([true, false], repeats.Select(static repeat => repeat.WasCommitted));
        Assert.Equal(1, _oracle.Judge().InFlight);
    }

    [Fact]
    public void Another_record_of_the_same_event_is_a_copy()
    {
        Publish(0);
        Handle(0, offset: 0);
        Handle(0, offset: 1);
        Assert.True(Assert.Single(_oracle.Judge().Repeats).IsCopy);
    }

    private void Publish(params int[] numbers)
    {
        foreach (var number in numbers)
        {
            _oracle.Publishing(new NumberedEvent("k", number, ""));
            _oracle.Acknowledge(new NumberedEvent("k", number, ""));
        }
    }

    private void Handle(int number, long offset)
    {
        _oracle.Deliver(new NumberedEvent("k", number, ""), partition: 0, offset, ++_clock);
        _oracle.Settle(new NumberedEvent("k", number, ""));
    }
}
