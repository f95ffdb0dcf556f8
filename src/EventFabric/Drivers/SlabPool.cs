using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>
/// Keeps byte arrays of one size for reuse. They may be rented on one thread and returned on another without a lock, which is where
/// <c>ArrayPool.Shared</c> is at its worst. All members may be called from any thread.
/// </summary>
[Experimental("EVF9001")]
public sealed class SlabPool
{
    private readonly SlotPool<byte[]> _kept;
    private readonly bool _pinned;

    /// <summary>Makes a pool.</summary>
    /// <param name="slabBytes">The length of a slab.</param>
    /// <param name="maxKept">How many unused slabs are kept at most; what comes back beyond is left to the garbage collector.</param>
    /// <param name="pinned">Whether slabs are pinned, for native code and sockets.</param>
    public SlabPool(int slabBytes, int maxKept, bool pinned = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slabBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxKept);
        SlabBytes = slabBytes;
        _kept = new SlotPool<byte[]>(maxKept);
        _pinned = pinned;
    }

    /// <summary>The length of a slab in bytes.</summary>
    public int SlabBytes { get; }

    /// <summary>Gives a slab. Its content is undefined.</summary>
    /// <param name="minimumBytes">The least length. Beyond <see cref="SlabBytes"/> the array is made for this call and not kept afterwards.</param>
    /// <returns>An array of <see cref="SlabBytes"/>, or of <paramref name="minimumBytes"/> if that is more.</returns>
    public byte[] Rent(int minimumBytes = 0)
    {
        if (minimumBytes > SlabBytes) return GC.AllocateUninitializedArray<byte>(minimumBytes, _pinned);
        return _kept.Take() ?? GC.AllocateUninitializedArray<byte>(SlabBytes, _pinned);
    }

    /// <summary>Takes a slab back. The caller must not use it any more, nor return it twice.</summary>
    /// <param name="slab">An array of <see cref="Rent"/>; arrays of another length are let go.</param>
    public void Return(byte[] slab)
    {
        ArgumentNullException.ThrowIfNull(slab);
        if (slab.Length == SlabBytes) _kept.Put(slab);
    }
}
