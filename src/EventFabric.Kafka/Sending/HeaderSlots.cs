using System.Text;
using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka.Sending;

/// <summary>
/// The client's headers of one record after the other. Records of a channel look alike: a name that stands where it stood before is not decoded again, and a
/// value of the same length is written over the last one, which the client has copied. One sender's, whose starts never overlap.
/// </summary>
internal sealed class HeaderSlots
{
    private readonly List<Slot> _slots = [];
    private readonly List<Headers?> _byCount = [];

    internal Headers? Fill(HeaderBlock block)
    {
        var count = 0;
        foreach (var entry in block)
        {
            if (count == _slots.Count)
                _slots.Add(new Slot());
            _slots[count++].Set(entry);
        }

        return count == 0 ? null : Of(count);
    }

    private Headers Of(int count)
    {
        while (_byCount.Count <= count)
            _byCount.Add(null);
        if (_byCount[count] is { } known)
            return known;
        var made = new Headers();
        for (var i = 0; i < count; i++)
            made.Add(_slots[i]);
        _byCount[count] = made;
        return made;
    }

    private sealed class Slot : IHeader
    {
        private byte[] _name = [];
        private byte[] _value = [];
        private bool _isNull;

        public string Key { get; private set; } = "";

        public byte[] GetValueBytes() => _isNull ? null! : _value;

        internal void Set(HeaderEntry entry)
        {
            if (!entry.Name.SequenceEqual(_name))
            {
                _name = entry.Name.ToArray();
                Key = Encoding.UTF8.GetString(_name);
            }

            _isNull = entry.IsNull;
            if (_value.Length == entry.Value.Length)
                entry.Value.CopyTo(_value);
            else
                _value = entry.Value.ToArray();
        }
    }
}
