using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>Implemented by a receiver that can move its group.</summary>
[Experimental("EVF9001")]
public interface ISeekable
{
    /// <summary>
    /// Ends all tenures, moves, makes the position durable, and assigns anew. The engine has stopped intake and drained or cancelled before it calls.
    /// </summary>
    /// <param name="to">Where to.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Ends when the new position is durable.</returns>
    ValueTask SeekAsync(StartPosition to, CancellationToken cancellationToken);
}
