using System.Text;
using EventFabric.Drivers;
using Microsoft.Extensions.Primitives;
using NATS.Client.Core;

namespace EventFabric.Nats.Sending;

/// <summary>
/// The client's headers of one record after the other. The client wants strings; records of a channel look alike, so a name or value that stands where it stood
/// before is not made again. One sender's, whose starts never overlap.
/// </summary>
internal sealed class HeaderSlots
{
    private readonly NatsHeaders _headers = new(caseSensitive: true);
    private readonly List<Slot> _slots = [];
    private readonly Slot _key = new();
    private byte[] _encoded = new byte[256];

    /// <summary>Valid until the next call.</summary>
    internal NatsHeaders Fill(in OutboundRecord record)
    {
        _headers.Clear();
        var count = 0;
        string? id = null;
        foreach (var entry in record.Headers)
        {
            if (count == _slots.Count)
                _slots.Add(new Slot());
            var slot = _slots[count++];
            slot.Set(entry.Name, entry.Value);
            Add(slot.Name, slot.Value);
            if (slot.Name == HeaderNames.Id)
                id = slot.Value;
        }

        _headers[HeaderNames.MessageId] = record.DedupId is null && id is not null ? id : Encode(record.DedupId ?? record.Id.ToString());
        if ((record.Flags & RecordFlags.HasKey) != 0)
            AddKey(record.KeyBytes.Span);
        if ((record.Flags & RecordFlags.NullBody) != 0)
            _headers[HeaderNames.NullBody] = "1";
        return _headers;
    }

    /// <summary>An id may be any text, and a line end in it would end the header.</summary>
    private string Encode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (!PercentText.NeedsEncoding(bytes))
            return text;
        if (_encoded.Length < bytes.Length * 3)
            _encoded = new byte[bytes.Length * 3];
        return Encoding.Latin1.GetString(_encoded, 0, PercentText.Encode(bytes, _encoded));
    }

    private void AddKey(ReadOnlySpan<byte> key)
    {
        if (_encoded.Length < key.Length * 3)
            _encoded = new byte[key.Length * 3];
        _key.SetEncoded(_encoded.AsSpan(0, PercentText.Encode(key, _encoded)));
        _headers[HeaderNames.Key] = _key.Value;
    }

    private void Add(string name, string value)
    {
        if (!_headers.TryGetValue(name, out var known))
            _headers.Add(name, value);
        else
            _headers[name] = StringValues.Concat(known, value);
    }

    private sealed class Slot
    {
        private byte[] _name = [];
        private byte[] _value = [];

        internal string Name { get; private set; } = "";

        internal string Value { get; private set; } = "";

        internal void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (!name.SequenceEqual(_name))
            {
                _name = name.ToArray();
                Name = WireText.Name(name);
            }

            if (TryKeep(value))
                return;
            // Attributes are encoded already: once more would change them.
            Value = _name.AsSpan().StartsWith(HeaderNames.AttributePrefix) ? Encoding.Latin1.GetString(value) : WireText.Value(value);
        }

        internal void SetEncoded(ReadOnlySpan<byte> value)
        {
            if (!TryKeep(value))
                Value = Encoding.Latin1.GetString(value);
        }

        /// <summary>True: the value is the last one.</summary>
        private bool TryKeep(ReadOnlySpan<byte> value)
        {
            if (value.SequenceEqual(_value))
                return true;
            if (_value.Length == value.Length)
                value.CopyTo(_value);
            else
                _value = value.ToArray();
            return false;
        }
    }
}
