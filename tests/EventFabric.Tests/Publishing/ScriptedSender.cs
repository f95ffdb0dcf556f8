using EventFabric.Drivers;

namespace EventFabric.Tests.Publishing;

/// <summary>A sender that does what the test says, and fails the test when two starts overlap.</summary>
internal sealed class ScriptedSender(ScriptedBroker broker, SendTraits traits) : ISender
{
    private int _starting;

    public ScriptedBroker Broker { get; } = broker;

    public SendTraits Traits { get; } = traits;

    public bool IsDisposed { get; private set; }

    public long Measure(in OutboundRecord record) => record.Body.Length + record.KeyBytes.Length + record.Headers.Bytes.Length;

    public ValueTask SendAsync(SendBatch batch, CancellationToken abort)
    {
        if (Interlocked.Exchange(ref _starting, 1) == 1)
            Broker.Defects.Add("starts overlap");
        try
        {
            var call = new ScriptedCall(batch, this, abort);
            lock (Broker.Calls)
            {
                Broker.Calls.Add(call);
                Broker.Headers.AddRange(call.Headers);
            }

            return Broker.OnSend(call);
        }
        finally
        {
            Volatile.Write(ref _starting, 0);
        }
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return Broker.OnDispose(this);
    }
}
