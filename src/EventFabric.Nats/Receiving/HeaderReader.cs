using System.Buffers;
using EventFabric.Drivers;
using EventFabric.Nats.Sending;

namespace EventFabric.Nats.Receiving;

/// <summary>
/// Reads a message's headers, <c>NATS/1.0</c> and lines, into a header block: names and values as they were before the wire, without those that are between client
/// and server. Not thread-safe.
/// </summary>
internal sealed class HeaderReader
{
    private readonly HeaderWriter _writer = new(NatsTraits.Binding);
    private byte[] _text = new byte[1024];

    /// <summary>Bytes that the block of headers of this length, and a key, take at most: the shortest line is four bytes and costs seven.</summary>
    internal static int Room(int length) => 16 + (length * 3);

    /// <summary>Fills in key, flags and headers of a record; returns how many bytes of the room were used.</summary>
    internal int Read(in ReadOnlySequence<byte> headers, Memory<byte> room, ref InboundRecord record)
    {
        var length = (int)headers.Length;
        if (_text.Length < length)
            _text = new byte[length];
        headers.CopyTo(_text);
        var rest = _text.AsSpan(0, length);
        var used = 0;
        // The key goes first: how long the block gets is not known yet.
        foreach (var line in new HeaderLines(rest))
        {
            if (!line.Name.SequenceEqual(HeaderNames.KeyBytes))
                continue;
            used = PercentText.Decode(line.Value, room.Span);
            record.Key = room[..used];
            record.Flags |= RecordFlags.HasKey;
            break;
        }

        _writer.Begin(room[used..]);
        foreach (var line in new HeaderLines(rest))
        {
            if (line.Name.SequenceEqual(HeaderNames.NullBodyBytes))
                record.Flags |= RecordFlags.NullBody;
            else if (!line.Name.SequenceEqual(HeaderNames.KeyBytes) && !line.Name.StartsWith(HeaderNames.ServerPrefix))
                Add(line);
        }

        record.Headers = _writer.Count == 0 ? default : _writer.Block;
        return used + _writer.Length;
    }

    private void Add(HeaderLine line)
    {
        // In place: what is decoded is not longer.
        var name = line.Name.Contains((byte)'%') ? line.Name[..WireText.Decode(line.Name, line.Name)] : line.Name;
        var isAttribute = name.StartsWith(HeaderNames.AttributePrefix);
        var value = isAttribute || !line.Value.Contains((byte)'%') ? line.Value : line.Value[..WireText.Decode(line.Value, line.Value)];
        _writer.TryAdd(name, value);
    }
}
