namespace EventFabric.Nats.Receiving;

/// <summary>What settling a delivery needs. One object for each record that is in flight.</summary>
internal sealed class Delivery(string subject, string reply)
{
    private long _leaseEnds = long.MaxValue;

    /// <summary>On which subject the record is.</summary>
    internal string Subject { get; } = subject;

    /// <summary>Where the server waits for the acknowledgement.</summary>
    internal string Reply { get; } = reply;

    /// <summary>A timestamp until which the server surely gives the record to nobody else; none: <see cref="long.MaxValue"/>.</summary>
    internal long LeaseEnds
    {
        get => Volatile.Read(ref _leaseEnds);
        set => Volatile.Write(ref _leaseEnds, value);
    }
}
