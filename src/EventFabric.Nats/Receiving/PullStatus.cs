using System.Buffers;
using System.Globalization;
using System.Text;

namespace EventFabric.Nats.Receiving;

/// <summary>What the server says of a pull instead of a record.</summary>
/// <param name="Code">100 heartbeat, 404 and 408 nothing came, 409 it ended early, 423 the pin is another's, 503 nobody is there.</param>
/// <param name="Text">In words.</param>
internal readonly record struct PullStatus(int Code, string Text)
{
    internal const int Heartbeat = 100;
    internal const int NoMessages = 404;
    internal const int TimedOut = 408;
    internal const int Conflict = 409;
    internal const int PinLost = 423;
    internal const int NoResponders = 503;

    private const int MaxLine = 256;

    /// <summary>The pull is over because it is served, in records or in bytes, or because nothing came.</summary>
    internal bool IsUsual => Code is NoMessages or TimedOut || (Code == Conflict && Text is "Batch Completed" or "Message Size Exceeds MaxBytes");

    internal bool IsDeleted => Code == Conflict && Text.Contains("onsumer Deleted", StringComparison.Ordinal);

    /// <summary>Reads the version line; null: it has no status.</summary>
    internal static PullStatus? Parse(in ReadOnlySequence<byte> headers)
    {
        Span<byte> head = stackalloc byte[MaxLine];
        var length = (int)Math.Min(headers.Length, MaxLine);
        headers.Slice(0, length).CopyTo(head);
        var line = head[..length];
        var end = line.IndexOf("\r\n"u8);
        if (end >= 0)
            line = line[..end];
        var space = line.IndexOf((byte)' ');
        if (space < 0)
            return null;
        var text = Encoding.ASCII.GetString(line[(space + 1)..]);
        return int.TryParse(text.AsSpan(0, Math.Min(3, text.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? new PullStatus(code, text.Length > 4 ? text[4..] : "")
            : null;
    }
}
