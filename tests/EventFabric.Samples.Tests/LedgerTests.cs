using Orders;
using Xunit;

namespace EventFabric.Samples.Tests;

/// <summary>The oracle of Orders says so when the promise is broken.</summary>
public class LedgerTests
{
    private const int Customers = 1;
    private static readonly int[] Good = [.. Enumerable.Range(1, 1000).Where(static number => Story.FateOf(number) == Fate.Fulfilled)];
    private static readonly int Bad = Enumerable.Range(1, 10_000).First(static number => Story.FateOf(number) == Fate.FailsAlways);

    private readonly Ledger _ledger = new(10_000, Customers);

    [Fact]
    public void A_run_as_it_should_be_keeps_the_promise()
    {
        Publish(Good[0], Good[1], Bad);
        Deliver(Good[0]);
        Deliver(Good[1]);
        _ledger.DeadLettered(Bad);
        Assert.Equal((3, 2, 1, 3), (Totals.Published, Totals.Handled, Totals.DeadLettered, _ledger.Settled));
        Assert.True(Totals.PromiseKept);
    }

    [Fact]
    public void An_order_without_an_end_is_lost()
    {
        Publish(Good[0], Good[1]);
        Deliver(Good[0]);
        Assert.Equal(1, Totals.Lost);
        Assert.False(Totals.PromiseKept);
    }

    [Fact]
    public void A_later_order_first_is_a_violation()
    {
        Publish(Good[0], Good[1]);
        Deliver(Good[1]);
        Deliver(Good[0]);
        Assert.Equal(1, Totals.OrderViolations);
        Assert.False(Totals.PromiseKept);
    }

    [Fact]
    public void The_next_order_before_the_first_is_done_is_a_violation()
    {
        Publish(Good[0], Good[1]);
        _ledger.Enter(Order(Good[0]), 1);
        _ledger.Leave(Order(Good[0]));   // the attempt failed
        _ledger.Enter(Order(Good[1]), 1);
        Assert.Equal(1, Totals.OrderViolations);
    }

    [Fact]
    public void Two_orders_of_a_customer_at_once_are_a_violation()
    {
        _ledger.Enter(Order(Good[0]), 1);
        _ledger.Handled(Good[0]);
        _ledger.Enter(Order(Good[1]), 1);
        Assert.Equal(1, Totals.OrderViolations);
    }

    [Fact]
    public void A_delivery_after_the_end_is_a_duplicate_and_no_more()
    {
        Publish(Good[0]);
        Deliver(Good[0]);
        Deliver(Good[0]);
        Assert.Equal((1, 1, 0), (Totals.Duplicates, Totals.Handled, Totals.OrderViolations));
        Assert.True(Totals.PromiseKept);
    }

    [Fact]
    public void A_good_order_among_the_dead_letters_breaks_the_promise()
    {
        Publish(Good[0]);
        _ledger.DeadLettered(Good[0]);
        Assert.Equal((0, 1), (Totals.Lost, Totals.Misplaced));
        Assert.False(Totals.PromiseKept);
    }

    [Fact]
    public void A_second_attempt_counts_as_retried()
    {
        _ledger.Enter(Order(Good[0]), 1);
        _ledger.Leave(Order(Good[0]));
        _ledger.Enter(Order(Good[0]), 2);
        Assert.Equal((1, 0), (Totals.Retried, Totals.OrderViolations));
    }

    private Totals Totals => _ledger.Count(TimeSpan.FromSeconds(1));

    private static OrderPlaced Order(int number) => Story.Order(number, Customers);

    private void Publish(params int[] numbers) => _ledger.Published(numbers.Select(Order));

    private void Deliver(int number)
    {
        _ledger.Enter(Order(number), 1);
        _ledger.Handled(number);
        _ledger.Leave(Order(number));
    }
}
