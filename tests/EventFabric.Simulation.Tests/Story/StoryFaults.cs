namespace EventFabric.Simulation.Story;

/// <summary>Which faults a seed has, and how often: in a thousand of what they can happen to; of the last ones, how many in all.</summary>
internal sealed class StoryFaults
{
    public StoryFaults(Random random)
    {
        if (random.Next(5) == 0)
            return;
        SendFails = Some(random, 200);
        SendRejectsForATime = Some(random, 100);
        AckLost = Some(random, 100);
        DeadLetterFails = Some(random, 500);
        DeadLetterAckLost = Some(random, 200);
        SettleFails = Some(random, 300);
        SettleSwallowed = random.Next(4) == 0 ? random.Next(1, 200) : 0;
        ExtendFails = Some(random, 300);
        Redeliveries = Few(random, 4);
        Revocations = Few(random, 4);
        Thefts = Few(random, 3);
        Crashes = Few(random, 2);
        Comings = Few(random, 3);
        Goings = Few(random, 3);
    }

    public int SendFails { get; }

    public int SendRejectsForATime { get; }

    public int AckLost { get; }

    public int DeadLetterFails { get; }

    public int DeadLetterAckLost { get; }

    public int SettleFails { get; }

    public int SettleSwallowed { get; }

    public int ExtendFails { get; }

    public int Redeliveries { get; }

    public int Revocations { get; }

    public int Thefts { get; }

    public int Crashes { get; }

    public int Comings { get; }

    public int Goings { get; }

    /// <summary>Nothing goes wrong, and nobody comes or goes.</summary>
    public bool AreNone =>
        SendFails + SendRejectsForATime + AckLost + DeadLetterFails + DeadLetterAckLost + SettleFails + SettleSwallowed + ExtendFails
        + Redeliveries + Revocations + Thefts + Crashes + Comings + Goings == 0;

    public override string ToString() => AreNone
        ? "no faults"
        : $"send {SendFails}/{SendRejectsForATime}/{AckLost}, dead letter {DeadLetterFails}/{DeadLetterAckLost}, settle {SettleFails}/{SettleSwallowed}, extend {ExtendFails}, redeliveries {Redeliveries}, revocations {Revocations}, thefts {Thefts}, crashes {Crashes}, comings {Comings}, goings {Goings}";

    private static int Some(Random random, int most) => random.Next(2) == 0 ? 0 : random.Next(1, most);

    private static int Few(Random random, int most) => random.Next(2) == 0 ? 0 : random.Next(1, most + 1);
}
