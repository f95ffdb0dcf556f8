using System.Globalization;
using NATS.Client.Core;

namespace EventFabric.Performance.Nats;

/// <summary>The headers that EventFabric gives a record (CloudEvents, binary), as somebody writes them by hand.</summary>
internal sealed class RecordHeaders(string type, string contentType)
{
    public NatsHeaders Make(string key)
    {
        var id = Guid.CreateVersion7().ToString();
        return new NatsHeaders(caseSensitive: true)
        {
            ["ce-specversion"] = "1.0",
            ["ce-datacontenttype"] = contentType,
            ["ce-type"] = type,
            ["ce-source"] = "/rig",
            ["ce-id"] = id,
            ["ce-time"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["ce-partitionkey"] = key,
            ["Nats-Msg-Id"] = id,
        };
    }
}
