using System.Text;

namespace EventFabric.Testing.Conformance;

/// <summary>What a dead letter must be: the original byte for byte, and own headers behind its headers.</summary>
internal static class DeadLetters
{
    private const string OwnPrefix = "ef-";

    /// <summary>Every original among the dead letters, whatever their order.</summary>
    internal static void CheckAll(IReadOnlyList<RawRecord> originals, IReadOnlyList<RawRecord> dead)
    {
        Check.Equal(originals.Count, dead.Count, "dead letters");
        for (var index = 0; index < originals.Count; index++)
        {
            var original = originals[index];
            CheckSame(original, dead.FirstOrDefault(candidate => IsSame(original, candidate)) ?? dead[index]);
        }
    }

    /// <summary>Body, key and headers as the original's, own headers aside.</summary>
    internal static void CheckSame(RawRecord original, RawRecord dead)
    {
        Check.True((original.Body is null) == (dead.Body is null), "a dead letter with a body where the original has one", dead.Body is null ? "none" : "one");
        Check.Bytes(original.Body, dead.Body, "the dead letter's body");
        Check.Bytes(original.Key, dead.Key, "the dead letter's key");
        var kept = dead.Headers.Where(static header => !header.Key.StartsWith(OwnPrefix, StringComparison.Ordinal));
        Check.Sequence(original.Headers.Select(Show), kept.Select(Show), "the dead letter's headers but the ef- ones");
    }

    private static bool IsSame(RawRecord original, RawRecord dead)
    {
        try
        {
            CheckSame(original, dead);
            return true;
        }
        catch (ConformanceException)
        {
            return false;
        }
    }

    private static string Show(KeyValuePair<string, byte[]> header)
    {
        var text = Encoding.UTF8.GetString(header.Value);
        var isText = Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(header.Value);
        return $"{header.Key}={(isText ? text : Convert.ToHexStringLower(header.Value))}";
    }
}
