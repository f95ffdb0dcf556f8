using EventFabric.Drivers;

namespace EventFabric.InMemory;

/// <summary>How far the engine knows of a tenure.</summary>
internal enum TenureState : byte
{
    /// <summary>Given, and the engine not told yet.</summary>
    Granted,

    /// <summary>The engine is being told.</summary>
    Announcing,

    /// <summary>Records are handed over.</summary>
    Live,

    /// <summary>To be given up, and the engine not asked yet.</summary>
    Leaving,

    /// <summary>The engine is being asked.</summary>
    Revoking,

    /// <summary>Gone, and the engine not told yet.</summary>
    Lost,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>One <see cref="Drivers.Ownership"/> as the store sees it. Under the address's gate.</summary>
internal class Tenure(Membership member, Ownership ownership)
{
    private Queue<QueueKey>? _offered;

    public Membership Member => member;

    public Ownership Ownership => ownership;

    public TenureState State { get; set; }

    /// <summary>Whether the engine lets records in.</summary>
    public bool Open { get; set; } = true;

    /// <summary>The position at which a browse ends.</summary>
    public long Until { get; init; } = long.MaxValue;

    /// <summary>Keys that it holds and that have more for it; only in a queue.</summary>
    public Queue<QueueKey> Offered => _offered ??= new Queue<QueueKey>();

    public bool Flows => State == TenureState.Live && Open;

    public void End()
    {
        State = TenureState.Ended;
        ownership.End();
    }
}
