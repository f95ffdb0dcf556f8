using System.Buffers;
using System.Text.Json;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;

namespace EventFabric.Performance.Peers;

/// <summary>System.Text.Json alone: an order into a reused buffer and back, on one thread, source-generated both ways.</summary>
internal sealed class JsonPeer : LoopContender
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _writer;
    private Order _last = Order.Example;

    public JsonPeer() => _writer = new Utf8JsonWriter(_buffer);

    protected override int ChunkSize => 64;

    public override async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void RunChunk()
    {
        for (var i = 0; i < ChunkSize; i++)
        {
            _buffer.ResetWrittenCount();
            _writer.Reset(_buffer);
            JsonSerializer.Serialize(_writer, _last, PayloadJson.Default.Order);
            _writer.Flush();
            _last = JsonSerializer.Deserialize(_buffer.WrittenSpan, PayloadJson.Default.Order)!;
        }
    }
}
