using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Serialization;

/// <summary>For the synchronous path of methods that may also suspend.</summary>
internal static class ValueTaskExtensions
{
    /// <summary>The result of a task that was just seen to have completed: nothing waits here.</summary>
    [SuppressMessage("Usage", "VSTHRD002:Avoid problematic synchronous waits", Justification = "The task has completed.")]
    internal static T Take<T>(this ValueTask<T> completed) => completed.Result;
}
