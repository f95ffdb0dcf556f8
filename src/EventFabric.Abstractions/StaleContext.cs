using System.Diagnostics.CodeAnalysis;

namespace EventFabric;

/// <summary>The refusals of a context, out of line so that the members that check stay small enough to be inlined.</summary>
internal static class StaleContext
{
    [DoesNotReturn]
    internal static void Throw(object? slot) => throw new InvalidOperationException(
        slot is null
            ? "This event context is empty (default). Use the one that the handler was given, or make one by its constructor."
            : "This event context was used after its handler returned. Copy what you need (Data, Id, ...) while the handler runs.");
}
