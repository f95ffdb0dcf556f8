using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace EventFabric.Nats;

/// <summary>
/// What the server forbids this client's user: it says so beside the call, which waits for an answer in vain. By subject, with the time at which it was said last.
/// Any thread.
/// </summary>
internal sealed partial class Refusals(TimeProvider time)
{
    private const int MaxKept = 1000;

    private readonly ConcurrentDictionary<string, (string Words, long At)> _publishing = new(StringComparer.Ordinal);
    private (string Words, long At) _api;

    /// <summary>Takes down what the server said.</summary>
    /// <returns>Whether it says that for the first time.</returns>
    internal bool Hear(string words)
    {
        if (!words.Contains("ermissions", StringComparison.Ordinal))
            return false;
        var now = time.GetTimestamp();
        var subject = PublishTo().Match(words) is { Success: true } match ? match.Groups[1].Value : "";
        if (subject.Length == 0 || subject.StartsWith("$JS.", StringComparison.Ordinal))
        {
            var isNew = _api.Words != words;
            _api = (words, now);
            return isNew;
        }

        if (_publishing.Count > MaxKept)
            _publishing.Clear();
        var wasKnown = _publishing.ContainsKey(subject);
        _publishing[subject] = (words, now);
        return !wasKnown;
    }

    /// <summary>What it said of publishing to a subject since then; null: nothing.</summary>
    internal string? Of(string subject, long since) => _publishing.TryGetValue(subject, out var known) && known.At >= since ? known.Words : null;

    /// <summary>What it said of the JetStream API, or of answers to us, since then; null: nothing.</summary>
    internal string? OfApi(long since) => _api is { Words: { } words } known && known.At >= since ? words : null;

    // As nats-server writes it: Permissions Violation for Publish to "subject".
    [GeneratedRegex("for Publish to \"([^\"]+)\"", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PublishTo();
}
