using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace EventFabric.Performance.Kafka;

/// <summary>The headers that EventFabric gives a record (CloudEvents, binary), as somebody writes them by hand: what is the same in all records is made once.</summary>
internal sealed class RecordHeaders(string type, string contentType)
{
    private readonly byte[] _version = "1.0"u8.ToArray();
    private readonly byte[] _source = "/rig"u8.ToArray();
    private readonly byte[] _type = Encoding.UTF8.GetBytes(type);
    private readonly byte[] _contentType = Encoding.UTF8.GetBytes(contentType);

    public Headers Make()
    {
        var id = new byte[36];
        Guid.CreateVersion7().TryFormat(id, out _);
        var time = new byte[24];
        DateTime.UtcNow.TryFormat(time, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return new Headers
        {
            { "ce_specversion", _version },
            { "ce_id", id },
            { "ce_source", _source },
            { "ce_type", _type },
            { "ce_time", time },
            { "content-type", _contentType },
        };
    }
}
