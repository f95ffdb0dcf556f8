using System.Globalization;
using EventFabric.Testing.Payloads;

namespace EventFabric.Testing.Conformance;

/// <summary>What a case's handler does with an event.</summary>
internal delegate ValueTask<Settlement> CaseHandler(Delivery delivery, CancellationToken cancellationToken);

/// <summary>One call of a handler: what it was given, copied, and how it ended.</summary>
internal sealed class Delivery
{
    internal required int Host { get; init; }

    internal required string Subscription { get; init; }

    internal required string Id { get; init; }

    internal required string Type { get; init; }

    internal required string Source { get; init; }

    internal required string? Subject { get; init; }

    internal required string? Key { get; init; }

    internal required DateTimeOffset Time { get; init; }

    internal required int Attempt { get; init; }

    internal required EventPosition Position { get; init; }

    internal required IReadOnlyDictionary<string, string> Headers { get; init; }

    internal required object Data { get; init; }

    internal required bool Native { get; init; }

    /// <summary>The token that the handler was given.</summary>
    internal required CancellationToken Token { get; init; }

    /// <summary>When the handler was called and when it returned, by the fixture's clock. Null: not yet.</summary>
    internal required DateTimeOffset StartedAt { get; init; }

    internal DateTimeOffset? EndedAt { get; set; }

    /// <summary>How it ended: a settlement's kind, an exception's name, "running".</summary>
    internal string Ending { get; set; } = "running";

    internal string Text => Data switch
    {
        Note note => note.Text,
        Blob blob => Convert.ToHexStringLower(blob.Bytes),
        _ => Data.ToString() ?? string.Empty,
    };

    internal int Number => Data is Note note ? note.Number : -1;

    internal bool IsRunning => EndedAt is null;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{StartedAt:mm:ss.fff} host {Host} {Subscription} key {Key ?? "-"} \"{(Text.Length > 40 ? Text[..40] : Text)}\" #{Number} attempt {Attempt} at {Position} id {Id}: {Ending}");
}
