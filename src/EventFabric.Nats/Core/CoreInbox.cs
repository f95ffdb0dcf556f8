using System.Buffers;
using NATS.Client.Core;

namespace EventFabric.Nats.Core;

/// <summary>Where the events of one subject arrive. On the thread that reads from the socket, which must not wait.</summary>
internal sealed class CoreInbox(INatsConnection connection, string subject, string? group, CoreReceiver receiver)
    : NatsSubBase(connection, connection.SubscriptionManager, subject, group, opts: null)
{
    protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        try
        {
            receiver.Arrived(subject, headersBuffer ?? default, payloadBuffer);
        }
        catch (Exception error)
        {
            // The client would end the subscription without a word, and nobody would come again.
            receiver.Failed(error);
        }

        return default;
    }

    protected override void TryComplete()
    {
        // Nothing waits here.
    }
}
