using System.Globalization;

namespace Orders;

/// <summary>What is to become of an order.</summary>
public enum Fate
{
    /// <summary>Fulfilled at the first attempt.</summary>
    Fulfilled,

    /// <summary>The first attempt fails, the second one fulfils it.</summary>
    FailsOnce,

    /// <summary>Every attempt fails: it belongs among the dead letters.</summary>
    FailsAlways,

    /// <summary>Its body cannot be decoded: it belongs among the dead letters, and no handler sees it.</summary>
    Damaged
}

/// <summary>The plot, the same in every run: who orders what, and how it ends.</summary>
public static class Story
{
    /// <summary>One order in a hundred fails once, one in a thousand always, one in a thousand is damaged.</summary>
    public static Fate FateOf(int number) => (Scatter(number, 2) % 1000) switch
    {
        < 10 => Fate.FailsOnce,
        10 => Fate.FailsAlways,
        11 => Fate.Damaged,
        _ => Fate.Fulfilled
    };

    /// <summary>The order with this number.</summary>
    public static OrderPlaced Order(int number, int customers) => new(number, (int)(Scatter(number, 1) % (uint)customers), 1 + (number % 100));

    /// <summary>Tells the orders of this run from those that an earlier one left at the broker, ended by Ctrl+C or worse.</summary>
    private static readonly string Run = Guid.CreateVersion7().ToString("N")[..12];

    /// <summary>The event's id. It tells run and number, so that an order is known by it even where its body cannot be read.</summary>
    public static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"order-{Run}-{number}");

    /// <summary>The number in an event's id; 0: the order is of an earlier run.</summary>
    public static int NumberOf(string id) =>
        id.Split('-') is ["order", var run, var number] && run == Run ? int.Parse(number, CultureInfo.InvariantCulture) : 0;

    // Spreads consecutive numbers evenly, differently for each purpose (the finalizer of MurmurHash3).
    private static uint Scatter(int number, uint purpose)
    {
        var hash = ((uint)number * 0x9E3779B9) ^ (purpose * 0x85EBCA6B);
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }
}
