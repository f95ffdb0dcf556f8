using Microsoft.Coyote.Specifications;

namespace EventFabric.Concurrency.Exploring;

/// <summary>What the stories say to the explorer.</summary>
internal static class Story
{
    /// <summary>Timers ring, but for those of publish timeouts.</summary>
    public static TimeSpan ShortTimers { get; } = TimeSpan.FromSeconds(6);

    /// <summary>Waits for all. An array: the explorer does not know the overload that takes a span, which the compiler would prefer.</summary>
    public static Task AllAsync(params Task[] tasks) => Task.WhenAll(tasks);

    /// <summary>Ends this interleaving as a bug when the promise is broken.</summary>
    public static void Promise(bool isKept, string promise)
    {
        if (!isKept)
            Specification.Assert(false, promise);
    }
}
