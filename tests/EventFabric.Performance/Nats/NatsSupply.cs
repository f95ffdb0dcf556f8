using System.Runtime.InteropServices;
using EventFabric.Performance.Payloads;
using NATS.Client.JetStream.Models;

namespace EventFabric.Performance.Nats;

/// <summary>Readings that are in a stream before they are read.</summary>
internal sealed record NatsSupply(int Records, int Partitions, int Keys)
{
    public async Task<string> FillAsync(NatsRig rig)
    {
        var stream = await rig.CreateStreamAsync(Partitions, StreamConfigStorage.File);
        await using var connection = rig.Connect();
        await using var publisher = await RawPublisher.OpenAsync(connection, window: 5000);
        var headers = new RecordHeaders("performance.reading.v1", "application/x-reading");
        string[] keys = [.. Enumerable.Range(0, Keys).Select(static number => $"key-{number:D6}")];
        for (var number = 0; number < Records; number++)
        {
            var body = new byte[Reading.Size];
            MemoryMarshal.Write(body, new Reading { Sequence = number, Value = number % Keys });
            // Partitions take turns, key by key, so that none has more to read than the others.
            await publisher.SendAsync($"{stream}.{number % Keys % Partitions}", body, headers.Make(keys[number % Keys]));
        }

        await publisher.UntilDoneAsync();
        return stream;
    }
}
