using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>
/// Keeps byte arrays of one size for reuse. They may be rented on one thread and returned on another without a lock, which is where
/// <c>ArrayPool.Shared</c> is at its worst. All members may be called from any thread.
/// </summary>
[Experimental("EVF9001")]
public sealed class SlabPool
{
    private readonly byte[]?[] _kept;
    private readonly bool _pinned;
    private int _hint;

    /// <summary>Makes a pool.</summary>
    /// <param name="slabBytes">The length of a slab.</param>
    /// <param name="maxKept">How many unused slabs are kept at most; what comes back beyond is left to the garbage collector.</param>
    /// <param name="pinned">Whether slabs are pinned, for native code and sockets.</param>
    public SlabPool(int slabBytes, int maxKept, bool pinned = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slabBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxKept);
        SlabBytes = slabBytes;
        _kept = new byte[maxKept][];
        _pinned = pinned;
    }

    /// <summary>The length of a slab in bytes.</summary>
    public int SlabBytes { get; }

    /// <summary>Gives a slab. Its content is undefined.</summary>
    /// <param name="minimumBytes">The least length. Beyond <see cref="SlabBytes"/> the array is made for this call and not kept afterwards.</param>
    /// <returns>An array of <see cref="SlabBytes"/>, or of <paramref name="minimumBytes"/> if that is more.</returns>
    public byte[] Rent(int minimumBytes = 0)
    {
        if (minimumBytes > SlabBytes)
            return Allocate(minimumBytes);

        var kept = _kept;
        var start = (uint)Volatile.Read(ref _hint);
        for (var i = 0; i < kept.Length; i++)
        {
            ref var slot = ref kept[(start - (uint)i) % (uint)kept.Length];
            if (Volatile.Read(ref slot) is { } slab && Interlocked.CompareExchange(ref slot, null, slab) == slab)
            {
                Volatile.Write(ref _hint, (int)(start - (uint)i - 1));
                return slab;
            }
        }

        return Allocate(SlabBytes);
    }

    /// <summary>Takes a slab back. The caller must not use it any more, nor return it twice.</summary>
    /// <param name="slab">An array of <see cref="Rent"/>; arrays of another length are let go.</param>
    public void Return(byte[] slab)
    {
        ArgumentNullException.ThrowIfNull(slab);
        if (slab.Length != SlabBytes)
            return;

        var kept = _kept;
        var start = (uint)Volatile.Read(ref _hint) + 1;
        for (var i = 0; i < kept.Length; i++)
        {
            ref var slot = ref kept[(start + (uint)i) % (uint)kept.Length];
            if (Volatile.Read(ref slot) is null && Interlocked.CompareExchange(ref slot, slab, null) is null)
            {
                Volatile.Write(ref _hint, (int)(start + (uint)i));
                return;
            }
        }
    }

    private byte[] Allocate(int length) => GC.AllocateUninitializedArray<byte>(length, _pinned);
}
