using System.Text;

namespace EventFabric.Kafka.Tests.Fixtures;

/// <summary>Keys that belong where a test wants them.</summary>
internal static class Keys
{
    internal static string Of(int partition, int partitions) =>
        Enumerable.Range(0, 1000).Select(static i => $"k{i}").First(key => Murmur2.Partition(Encoding.UTF8.GetBytes(key), partitions) == partition);
}
