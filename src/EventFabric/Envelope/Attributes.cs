namespace EventFabric.Envelope;

/// <summary>Names of CloudEvents 1.0 and of the library, in UTF-8.</summary>
internal static class Attributes
{
    /// <summary>The longest extension name that is accepted on receive. CloudEvents 1.0 section 2 says that names should have at most 20 characters.</summary>
    internal const int MaxNameLength = 64;

    internal const string PartitionKeyName = "partitionkey";
    internal const string CodingName = "ef-coding";
    internal const string OwnPrefix = "ef-";

    internal static ReadOnlySpan<byte> SpecVersion => "specversion"u8;

    internal static ReadOnlySpan<byte> SupportedVersion => "1.0"u8;

    internal static ReadOnlySpan<byte> Id => "id"u8;

    internal static ReadOnlySpan<byte> Source => "source"u8;

    internal static ReadOnlySpan<byte> Type => "type"u8;

    internal static ReadOnlySpan<byte> Time => "time"u8;

    internal static ReadOnlySpan<byte> Subject => "subject"u8;

    internal static ReadOnlySpan<byte> DataContentType => "datacontenttype"u8;

    /// <summary>The extension that carries the key inside a structured event (CloudEvents extension "partitioning").</summary>
    internal static ReadOnlySpan<byte> PartitionKey => "partitionkey"u8;

    internal static ReadOnlySpan<byte> Data => "data"u8;

    internal static ReadOnlySpan<byte> DataBase64 => "data_base64"u8;

    /// <summary>The transport header that names the payload transforms of a body.</summary>
    internal static ReadOnlySpan<byte> Coding => "ef-coding"u8;

    internal static ReadOnlySpan<byte> Own => "ef-"u8;

    /// <summary>The CloudEvents type of <see cref="EventFabric.Tombstone"/>.</summary>
    internal static byte[] Tombstone { get; } = "eventfabric.tombstone"u8.ToArray();

    /// <summary>True for <c>[a-z0-9]+</c> (CloudEvents 1.0, section 2, naming conventions) of a length that is accepted.</summary>
    internal static bool IsName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > MaxNameLength)
            return false;
        foreach (var b in name)
        {
            if (b is not ((>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9')))
                return false;
        }

        return true;
    }
}
