using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Nats.Addressing;

/// <summary>Names of streams, subjects, consumers and companion channels. Pure.</summary>
internal static class NatsNames
{
    /// <summary>Room for partition and generation behind it; file systems of servers end at 255.</summary>
    internal const int MaxLength = 180;

    private const string MoreOfNames = "-_";

    /// <summary>Whether an address can be the beginning of subjects: tokens with dots between them.</summary>
    internal static bool IsLegalAddress(string address) =>
        address.Length is > 0 and <= MaxLength && address.Split('.').All(static token => token.Length > 0 && token.All(IsOfSubject)) && !address.StartsWith('$');

    /// <summary>What is wrong with an address; null: nothing.</summary>
    internal static string? Problem(string address) => IsLegalAddress(address)
        ? null
        : $"\"{address}\" cannot begin subjects; write tokens with dots between them, without spaces, '*' and '>', at most {MaxLength} characters, and no '$' in front";

    internal static string StreamOf(string address) => Clean(address);

    /// <summary>The subject of a partition.</summary>
    internal static string Subject(string address, int partition) => string.Create(CultureInfo.InvariantCulture, $"{address}.{partition}");

    /// <summary>The partition that a record's subject ends in; -1: in none.</summary>
    internal static int PartitionOf(string subject) =>
        int.TryParse(subject.AsSpan(subject.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition) ? partition : -1;

    /// <summary>Where records wait that are delivered later, each with a subject of its own below it.</summary>
    internal static string DelaySubjects(string address) => address + ".delay.*";

    /// <summary>What an unordered subscription reads: the partitions, not what waits.</summary>
    internal static string AllPartitions(string address) => address + ".*";

    /// <summary>How many partitions these subjects of a stream are; 0: they are not an address's partitions.</summary>
    internal static int Partitions(string address, IEnumerable<string> subjects)
    {
        var known = subjects.ToHashSet(StringComparer.Ordinal);
        var count = 0;
        while (known.Contains(Subject(address, count)))
            count++;
        return count;
    }

    /// <summary>The durable consumer of a group without order.</summary>
    internal static string Consumer(string group) => OfGroup(group);

    /// <summary>The durable consumer of one partition of an ordered group. <c>=</c> is in no group's clean name.</summary>
    internal static string Consumer(string group, int partition) => string.Create(CultureInfo.InvariantCulture, $"{OfGroup(group)}=p{partition}");

    /// <summary>A consumer after so many moves of its group: a late acknowledgement moves one that was made anew under its old name, so each has its own.</summary>
    internal static string Generation(string consumer, int moves) => moves == 0 ? consumer : string.Create(CultureInfo.InvariantCulture, $"{consumer}=g{moves}");

    /// <summary>How often the group of a consumer had been moved when it was made; -1: it is another consumer's.</summary>
    internal static int Moves(string consumer, string name)
    {
        if (name == consumer)
            return 0;
        var mark = consumer + "=g";
        return name.StartsWith(mark, StringComparison.Ordinal) && int.TryParse(name.AsSpan(mark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var moves) && moves > 0 ? moves : -1;
    }

    /// <summary>Where the members of an ordered group tell each other that they are there.</summary>
    internal static string MemberSubject(string stream, string group) => $"_EVENTFABRIC.members.{stream}.{OfGroup(group)}";

    internal static string Of(ChannelPlan main, ChannelRole role, int tier) => role switch
    {
        // Their own roots: a subject below the channel's would feed the channel's own stream.
        ChannelRole.DeadLetter => Legal($"{main.Address}-{main.Group}-dlq"),
        ChannelRole.Retry => Legal(string.Create(CultureInfo.InvariantCulture, $"{main.Address}-{main.Group}-retry-{tier}")),
        ChannelRole.Delay => $"{main.Address}.delay",
        _ => main.Address,
    };

    private static string Legal(string address)
    {
        if (IsLegalAddress(address))
            return address;
        var clean = string.Concat(address.Select(static letter => letter == '.' || IsOfSubject(letter) ? letter : '_')).Trim('.');
        return $"{clean[..Math.Min(clean.Length, MaxLength - 9)].TrimEnd('.').Replace("..", "._.", StringComparison.Ordinal)}-{Hash(address)}";
    }

    /// <summary>
    /// A group's clean name. A dot is as rare as the rest here: two groups of one name would share their events without a word, where two addresses of one stream
    /// are told apart by its subjects.
    /// </summary>
    private static string OfGroup(string group) => group.Contains('.', StringComparison.Ordinal) ? $"{Clean(group)[..Math.Min(group.Length, MaxLength - 9)]}-{Hash(group)}" : Clean(group);

    /// <summary>A name without what neither streams nor consumers may have. Dots become underscores; anything rarer gets a hash of what it was.</summary>
    private static string Clean(string name)
    {
        var clean = string.Concat(name.Select(static letter => IsOfName(letter) ? letter : '_'));
        var isPlain = name.Length <= MaxLength && name.All(static letter => letter == '.' || IsOfName(letter));
        return isPlain ? clean : $"{clean[..Math.Min(clean.Length, MaxLength - 9)]}-{Hash(name)}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];

    private static bool IsOfName(char letter) => char.IsAsciiLetterOrDigit(letter) || MoreOfNames.Contains(letter, StringComparison.Ordinal);

    private static bool IsOfSubject(char letter) => letter is > ' ' and < (char)0x7F and not ('.' or '*' or '>');
}
