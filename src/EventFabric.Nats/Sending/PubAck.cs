using System.Buffers;
using System.Text.Json;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventFabric.Nats.Sending;

/// <summary>What the server answers to a record: a sequence, or an error.</summary>
/// <param name="Sequence">Where it is in the stream.</param>
/// <param name="IsDuplicate">Whether the id was stored before.</param>
/// <param name="Error">Why it was refused; null: it was not.</param>
internal readonly record struct PubAck(long Sequence, bool IsDuplicate, NatsJSException? Error)
{
    private const int MaxLength = 65_536;

    /// <summary>Reads an answer. One that is none is an error too.</summary>
    internal static PubAck Parse(in ReadOnlySequence<byte> answer)
    {
        try
        {
            return answer.Length > MaxLength ? Malformed() : Read(new Utf8JsonReader(answer));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return Malformed();
        }
    }

    private static PubAck Read(Utf8JsonReader reader)
    {
        long sequence = 0;
        var isDuplicate = false;
        ApiError? refusal = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("seq"u8))
                sequence = reader.Read() ? reader.GetInt64() : 0;
            else if (reader.ValueTextEquals("duplicate"u8))
                isDuplicate = reader.Read() && reader.GetBoolean();
            else if (reader.ValueTextEquals("error"u8))
                refusal = ReadError(ref reader);
            else if (reader.Read())
                reader.Skip();
        }

        if (refusal is not null)
            return new PubAck(0, false, new NatsJSApiException(refusal));
        return sequence > 0 ? new PubAck(sequence, isDuplicate, null) : Malformed();
    }

    private static ApiError ReadError(ref Utf8JsonReader reader)
    {
        int code = 0, number = 0;
        var text = "";
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("code"u8))
                code = reader.Read() ? reader.GetInt32() : 0;
            else if (reader.ValueTextEquals("err_code"u8))
                number = reader.Read() ? reader.GetInt32() : 0;
            else if (reader.ValueTextEquals("description"u8))
                text = reader.Read() ? reader.GetString() ?? "" : "";
            else if (reader.Read())
                reader.Skip();
        }

        return new ApiError { Code = code, ErrCode = number, Description = text };
    }

    private static PubAck Malformed() => new(0, false, new NatsJSException("The server's answer to a publish is no acknowledgement."));
}
