using Xunit;

namespace EventFabric.Tests.Faults;

/// <summary>An event that was delivered more than once.</summary>
/// <param name="Text">Which, and where.</param>
/// <param name="IsCopy">Another record of the same event: its publisher did not know that the first was stored.</param>
/// <param name="WasCommitted">The same record again, though the group had committed it when the last fault began.</param>
internal sealed record Repeat(string Text, bool IsCopy, bool WasCommitted);

/// <summary>What an <see cref="Oracle"/> found.</summary>
internal sealed record Verdict(IReadOnlyList<string> Lost, IReadOnlyList<string> Disorder, IReadOnlyList<Repeat> Repeats)
{
    /// <summary>How many publishes may be open at a time: the default of MaxPendingPublishes.</summary>
    private const int MaxPending = 1000;

    internal int Acknowledged { get; init; }

    internal int Refused { get; init; }

    internal int Faults { get; init; }

    /// <summary>Delivered, and not known to be committed, until faults were over.</summary>
    internal int InFlight { get; init; }

    /// <summary>Publishes that were open when faults began.</summary>
    internal int Publishing { get; init; }

    private int Copies => Repeats.Count(static repeat => repeat.IsCopy);

    /// <summary>Fails unless every promise was kept; prints figures either way.</summary>
    /// <param name="name">The fault.</param>
    /// <param name="remarks">Figures of the test's own.</param>
    internal void Check(string name, string remarks = "")
    {
        var figures = $"{name}: {Acknowledged} acknowledged, {Lost.Count} lost, {Disorder.Count} out of order, {Repeats.Count - Copies} delivered again"
            + $" ({InFlight} in flight at {Faults} faults), {Copies} stored twice, {Refused} publishes refused ({Publishing} open at faults). {remarks}";
        Console.WriteLine(figures);
        Assert.True(Acknowledged > 0, figures);
        Assert.True(Lost.Count == 0, $"{figures}\nexpected no loss, lost: {Some(Lost)}");
        Assert.True(Disorder.Count == 0, $"{figures}\nexpected the order of publishing within a key, seen: {Some(Disorder)}");
        var wrong = Repeats.Where(static repeat => repeat.WasCommitted).Select(static repeat => repeat.Text).ToList();
        Assert.True(wrong.Count == 0, $"{figures}\nexpected nothing again that was committed before the fault, seen: {wrong.Count}: {Some(wrong)}");
        Assert.True(Repeats.Count - Copies <= InFlight, $"{figures}\nexpected at most as many again as were in flight");
        Assert.True(Copies <= Refused + (Faults * MaxPending), $"{figures}\nexpected at most as many copies as publishes were open");
    }

    private static string Some(IReadOnlyCollection<string> items) => string.Join("; ", items.Take(10));
}
