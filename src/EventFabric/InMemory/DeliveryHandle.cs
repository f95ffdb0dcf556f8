namespace EventFabric.InMemory;

/// <summary>
/// What tells the deliveries of one queue record apart: their number, boxed once for all. A settle with an older number comes too late. A log has none.
/// </summary>
internal static class DeliveryHandle
{
    private static readonly object[] Boxes = [.. Enumerable.Range(1, 32).Select(static number => (object)number)];

    public static object? Of(int number) => number == 0 ? null : number <= Boxes.Length ? Boxes[number - 1] : number;

    public static int Number(object? handle) => handle is int number ? number : 0;
}
