using System.Buffers;
using System.Text.Json;

namespace EventFabric.Serialization;

/// <summary>One idle JSON writer for each thread, since a writer is the only thing that writing JSON would allocate.</summary>
internal static class JsonWriters
{
    [ThreadStatic]
    private static Utf8JsonWriter? _idle;

    [ThreadStatic]
    private static JsonSerializerOptions? _idleOptions;

    /// <summary>Takes the thread's writer, or a new one: a converter may serialize another event while this one is written.</summary>
    internal static Utf8JsonWriter Take(JsonSerializerOptions options, IBufferWriter<byte> output)
    {
        var writer = _idle;
        if (writer is null || !ReferenceEquals(_idleOptions, options))
        {
            return new Utf8JsonWriter(output, new JsonWriterOptions
            {
                Encoder = options.Encoder,
                Indented = options.WriteIndented,
                MaxDepth = options.MaxDepth,
                SkipValidation = true,
            });
        }

        _idle = null;
        writer.Reset(output);
        return writer;
    }

    /// <summary>Gives a writer back after its last flush. One that threw is left to the garbage collector.</summary>
    internal static void Give(Utf8JsonWriter writer, JsonSerializerOptions options)
    {
        writer.Reset(Nowhere.Instance);
        _idle = writer;
        _idleOptions = options;
    }

    /// <summary>What an idle writer points to, so that it keeps no buffer of a publish alive.</summary>
    private sealed class Nowhere : IBufferWriter<byte>
    {
        internal static readonly Nowhere Instance = new();

        public void Advance(int count) => throw new NotSupportedException();

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

        public Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException();
    }
}
