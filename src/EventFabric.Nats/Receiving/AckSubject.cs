using System.Globalization;

namespace EventFabric.Nats.Receiving;

/// <summary>
/// What the server tells of a delivery in the subject on which it waits for the acknowledgement: <c>$JS.ACK.</c>, then stream, consumer and five numbers, or in the
/// newer form domain and account before them and a random token behind.
/// </summary>
/// <param name="Delivered">How often it was delivered, this time included.</param>
/// <param name="StreamSequence">Where it is in the stream.</param>
/// <param name="ConsumerSequence">The how manieth delivery of the consumer this is.</param>
/// <param name="TimeMs">When the stream took it, in Unix milliseconds.</param>
/// <param name="Pending">How many more the consumer has not delivered yet.</param>
internal readonly record struct AckSubject(int Delivered, long StreamSequence, long ConsumerSequence, long TimeMs, long Pending)
{
    private const string Prefix = "$JS.ACK.";
    private const int OldTokens = 9;
    private const int NewTokens = 11;

    internal static bool TryParse(string reply, out AckSubject ack)
    {
        ack = default;
        var tokens = reply.AsSpan().Count('.') + 1;
        if (!reply.StartsWith(Prefix, StringComparison.Ordinal) || tokens is not OldTokens and < NewTokens)
            return false;
        Span<Range> parts = stackalloc Range[13];
        var text = reply.AsSpan();
        var count = text.Split(parts, '.');
        var first = tokens == OldTokens ? 4 : 6;
        if (count < first + 5
            || !TryNumber(text[parts[first]], out var delivered)
            || !TryNumber(text[parts[first + 1]], out var stream)
            || !TryNumber(text[parts[first + 2]], out var consumer)
            || !TryNumber(text[parts[first + 3]], out var time)
            || !TryNumber(text[parts[first + 4]], out var pending))
        {
            return false;
        }

        ack = new AckSubject((int)Math.Min(delivered, int.MaxValue), stream, consumer, time / 1_000_000, pending);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
