namespace EventFabric.Serialization;

/// <summary>Gives every event type of the process a small number, so that a registry finds a type's entry in an array instead of a dictionary.</summary>
internal static class TypeSlot
{
    private static int _last = -1;

    internal static int Take() => Interlocked.Increment(ref _last);
}

/// <inheritdoc cref="TypeSlot"/>
/// <typeparam name="T">The type that the number stands for.</typeparam>
internal static class TypeSlot<T>
{
    internal static readonly int Index = TypeSlot.Take();
}
