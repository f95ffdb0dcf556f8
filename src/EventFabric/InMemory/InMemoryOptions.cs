namespace EventFabric;

/// <summary>The settings of one in-memory broker, <c>Brokers:{name}:InMemory</c>. Named options: the name is the broker's.</summary>
public sealed class InMemoryOptions
{
    /// <summary>What kind of broker is played.</summary>
    /// <value>Default: <see cref="InMemoryProfile.Log"/>.</value>
    public InMemoryProfile Profile { get; set; }

    /// <summary>How many partitions an address gets that is made here, in the profile <see cref="InMemoryProfile.Log"/>: 1 to 1,024.</summary>
    /// <value>Default: 16.</value>
    public int Partitions { get; set; } = 16;

    /// <summary>How long a delivered record belongs to its receiver without extension, in the profile <see cref="InMemoryProfile.Queue"/>: 1 second to 12 hours.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes of an address are kept for late groups beyond what a group has not settled yet.</summary>
    /// <value>Default: 67,108,864 (64 MiB).</value>
    public long RetentionBytes { get; set; } = 67_108_864;

    /// <summary>
    /// Whether the strictest limits of the six brokers hold, so that development refuses what production would: 64 user headers, names of 128 bytes,
    /// values of 1,024 bytes, keys of 128 bytes.
    /// </summary>
    /// <value>Default: true.</value>
    public bool Portable { get; set; } = true;

    /// <summary>For tests: positions have holes between them, as transactions and compaction leave them on Kafka. Profile Log only.</summary>
    internal bool Holes { get; set; }
}
