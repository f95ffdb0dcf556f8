using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace EventFabric.InMemory;

/// <summary>
/// Asks the processor for memory that will be written soon. An address writes to as many places as it has partitions, in memory that it used a whole retention
/// ago: without this an append waits for five cache lines, which costs more than all else that it does.
/// </summary>
internal static class Prefetch
{
    private const int LineBytes = 64;

    /// <summary>Asks for the lines from an element on, as far as the array goes.</summary>
    public static unsafe void Ahead<T>(T[] array, int index, int bytes)
        where T : struct
    {
        if (!Sse.IsSupported || index >= array.Length) return;

        // A hint: it reads nothing, cannot fault, and does not mind when the array moves.
        var first = (byte*)Unsafe.AsPointer(ref array[index]);
        for (var offset = 0; offset < bytes; offset += LineBytes) Sse.Prefetch0(first + offset);
    }
}
