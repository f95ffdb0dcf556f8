namespace Orders;

/// <summary>
/// The sample's own bookkeeping: what was published against what was handled or dead-lettered. It believes nothing that the
/// library counts. Thread-safe.
/// </summary>
public sealed class Ledger(int events, int customers)
{
    private const int WasPublished = 1;
    private const int WasDelivered = 2;
    private const int WasHandled = 4;
    private const int WasDeadLettered = 8;

    private readonly int[] _orders = new int[events + 1];
    private readonly int[] _lastOf = new int[customers];
    private readonly int[] _handlersOf = new int[customers];
    private int _published;
    private int _settled;
    private int _handled;
    private int _deadLettered;
    private int _retried;
    private int _orderViolations;
    private int _duplicates;
    private int _carriedOn;

    /// <summary>Orders that the broker confirmed.</summary>
    public int PublishedCount => Volatile.Read(ref _published);

    /// <summary>Orders whose end is known: handled or dead-lettered.</summary>
    public int Settled => Volatile.Read(ref _settled);

    /// <summary>Attempts after the first one.</summary>
    public int Retried => Volatile.Read(ref _retried);

    /// <summary>An order of an earlier run was fulfilled.</summary>
    public void CarriedOn() => Interlocked.Increment(ref _carriedOn);

    /// <summary>The broker has these orders.</summary>
    public void Published(IEnumerable<OrderPlaced> orders)
    {
        foreach (var order in orders)
        {
            if (Mark(order.Number, WasPublished)) Interlocked.Increment(ref _published);
        }
    }

    /// <summary>A handler begins with an order.</summary>
    public void Enter(OrderPlaced order, int attempt)
    {
        if (attempt > 1) Interlocked.Increment(ref _retried);
        if (Interlocked.Increment(ref _handlersOf[order.Customer]) > 1) Interlocked.Increment(ref _orderViolations);
        if (IsSettled(order.Number)) Interlocked.Increment(ref _duplicates);
        if (!Mark(order.Number, WasDelivered)) return;

        // The first delivery: the customer's order before it must be an earlier one, and done with.
        var before = Interlocked.Exchange(ref _lastOf[order.Customer], order.Number);
        if (before > order.Number || !MayBeFollowed(before)) Interlocked.Increment(ref _orderViolations);
    }

    /// <summary>A handler ends, with whatever result.</summary>
    public void Leave(OrderPlaced order) => Interlocked.Decrement(ref _handlersOf[order.Customer]);

    /// <summary>A handler fulfilled an order.</summary>
    public void Handled(int number)
    {
        Settle(number, WasHandled, ref _handled);
    }

    /// <summary>An order was read from the dead-letter channel.</summary>
    public void DeadLettered(int number)
    {
        if (IsSettled(number)) Interlocked.Increment(ref _duplicates);
        Settle(number, WasDeadLettered, ref _deadLettered);
    }

    /// <summary>What there is to say so far.</summary>
    public Totals Count(TimeSpan elapsed) => new()
    {
        Published = PublishedCount,
        Handled = Volatile.Read(ref _handled),
        Retried = Retried,
        DeadLettered = Volatile.Read(ref _deadLettered),
        Lost = Enumerable.Range(1, events).Count(number => (Volatile.Read(ref _orders[number]) & WasPublished) != 0 && !IsSettled(number)),
        Misplaced = Enumerable.Range(1, events).Count(IsMisplaced),
        OrderViolations = Volatile.Read(ref _orderViolations),
        Duplicates = Volatile.Read(ref _duplicates),
        CarriedOn = Volatile.Read(ref _carriedOn),
        EventsPerSecond = Math.Round(PublishedCount / Math.Max(elapsed.TotalSeconds, 0.001))
    };

    private void Settle(int number, int flag, ref int count)
    {
        var before = Interlocked.Or(ref _orders[number], flag);
        if ((before & flag) == 0) Interlocked.Increment(ref count);
        if ((before & (WasHandled | WasDeadLettered)) == 0) Interlocked.Increment(ref _settled);
    }

    // True for the first who sets the flag.
    private bool Mark(int number, int flag) => (Interlocked.Or(ref _orders[number], flag) & flag) == 0;

    private bool IsSettled(int number) => (Volatile.Read(ref _orders[number]) & (WasHandled | WasDeadLettered)) != 0;

    // A dead letter may reach the desk later than the customer's next order its handler: for those the story must do.
    private bool MayBeFollowed(int number) => number == 0 || IsSettled(number) || Story.FateOf(number) == Fate.FailsAlways;

    private bool IsMisplaced(int number)
    {
        var belongsToDead = Story.FateOf(number) is Fate.FailsAlways or Fate.Damaged;
        return (Volatile.Read(ref _orders[number]) & (belongsToDead ? WasHandled : WasDeadLettered)) != 0;
    }
}
