using System.Runtime.InteropServices;
using EventFabric.Performance.Harness;
using EventFabric.Performance.Payloads;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventFabric.Performance.Nats;

/// <summary>The vendor's own pull loop: each record is handled in line and acknowledged, the last one as a request.</summary>
/// <param name="supply">What it reads.</param>
/// <param name="window">How many records it asks for ahead.</param>
internal sealed class RawConsumePeer(NatsSupply supply, int window) : IContender
{
    private string _stream = "";

    public async ValueTask StartAsync() => _stream = await NatsRig.Current.SupplyAsync(supply);

    public async ValueTask<long> RunAsync(Window measured)
    {
        var draining = new Draining(measured, supply.Records);
        var group = $"peer-{Guid.NewGuid():N}";
        await using var connection = NatsRig.Current.Connect();
        var jetStream = new NatsJSContext(connection);
        var consumer = await jetStream.CreateConsumerAsync(_stream, new ConsumerConfig(group) { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxAckPending = -1 });
        var read = 0;
        await foreach (var message in consumer.ConsumeAsync(NatsRawSerializer<byte[]>.Default, new NatsJSConsumeOpts { MaxMsgs = window }))
        {
            if (MemoryMarshal.Read<Reading>(message.Data).Sequence < 0)
                throw new InvalidOperationException("A record holds no reading.");
            draining.Count();
            var isLast = ++read == supply.Records;
            await message.AckAsync(new AckOpts { DoubleAck = isLast });
            if (isLast)
                break;
        }

        measured.Stop();
        if (await NatsRig.Current.UnsettledAsync(_stream, group) is var left and not 0)
            throw new InvalidOperationException($"{left} of {supply.Records} records are not settled.");
        await NatsRig.Current.DeleteConsumerAsync(_stream, group);
        return supply.Records;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
