namespace EventFabric.Performance.Payloads;

/// <summary>An event that is nothing but bytes, with a key: what a raw client sends.</summary>
[EventType("performance.blob.v1")]
internal sealed record Blob(string Key, byte[] Bytes)
{
    public const string ContentType = "application/octet-stream";

    /// <summary>As many as there are keys, to be published again and again.</summary>
    public static Blob[] Make(int keys, int size) => [.. Enumerable.Range(0, keys).Select(number => new Blob($"key-{number:D6}", Fill(number, size)))];

    private static byte[] Fill(int number, int size)
    {
        var bytes = new byte[size];
        new Random(number).NextBytes(bytes);
        return bytes;
    }
}
