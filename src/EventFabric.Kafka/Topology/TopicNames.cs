using System.Security.Cryptography;
using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Topology;

/// <summary>Names of companion topics: legal (letters, digits, <c>.</c>, <c>_</c>, <c>-</c>; at most 249) and one for each pair of address and group.</summary>
internal static class TopicNames
{
    internal const int MaxLength = 249;

    internal static bool IsLegal(string name) =>
        name.Length is > 0 and <= MaxLength && name is not ("." or "..") && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    internal static string Of(ChannelPlan main, ChannelRole role, int tier) => role switch
    {
        ChannelRole.DeadLetter => Legal($"{main.Address}-{main.Group}-dlq"),
        ChannelRole.Retry => Legal($"{main.Address}-{main.Group}-retry-{tier}"),
        ChannelRole.Delay => Legal($"{main.Address}-delay"),
        _ => main.Address,
    };

    /// <summary>A name that is not legal is made so, and gets a hash of what it was: two groups must not share dead letters because both had a slash.</summary>
    private static string Legal(string name)
    {
        if (IsLegal(name))
            return name;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8];
        var clean = string.Concat(name.Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '_'));
        return $"{clean[..Math.Min(clean.Length, MaxLength - hash.Length - 1)]}-{hash}";
    }
}
