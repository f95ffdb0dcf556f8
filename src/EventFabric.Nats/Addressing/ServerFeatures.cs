using System.Globalization;

namespace EventFabric.Nats.Addressing;

/// <summary>What a server can do, by its version. Before the first connection the newest is assumed; what it then is decides at open.</summary>
/// <param name="HasPartitionOwners">A partition can have one owner, and its consumer can be put back to what was acknowledged (2.14: reset; pins since 2.11).</param>
/// <param name="HasSchedules">Records can wait in the stream until their time (2.12).</param>
/// <param name="HasTtl">Records can have a lifetime of their own (2.11).</param>
/// <param name="HasTermReason">A record can be discarded with a reason (2.10.4).</param>
/// <param name="CreatesOnce">Two members that make a consumer at the same moment make one (2.10).</param>
internal sealed record ServerFeatures(bool HasPartitionOwners, bool HasSchedules, bool HasTtl, bool HasTermReason, bool CreatesOnce)
{
    internal static ServerFeatures Newest { get; } = new(true, true, true, true, true);

    /// <param name="version">What the server says: <c>2.9.10</c>, <c>2.14.0-beta.1</c>. One that cannot be read is taken for the newest.</param>
    internal static ServerFeatures Of(string? version)
    {
        var numbers = (version ?? "").Split('-', '+')[0].TrimStart('v').Split('.');
        if (numbers.Length < 2 || !TryNumber(numbers[0], out var major) || !TryNumber(numbers[1], out var minor))
            return Newest;
        var patch = numbers.Length > 2 && TryNumber(numbers[2], out var last) ? last : 0;
        return new ServerFeatures(Is(2, 14, 0), Is(2, 12, 0), Is(2, 11, 0), Is(2, 10, 4), Is(2, 10, 0));

        bool Is(int wantedMajor, int wantedMinor, int wantedPatch) => (major, minor, patch).CompareTo((wantedMajor, wantedMinor, wantedPatch)) >= 0;
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
