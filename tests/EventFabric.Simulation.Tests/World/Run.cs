using EventFabric.Drivers;

namespace EventFabric.Simulation.World;

/// <summary>One call of a handler for one event.</summary>
internal sealed class Run(Member member, int call, EventContext<SimEvent> context)
{
    public Member Member => member;

    /// <summary>The member's call that it is part of: alone, or with the other events of a batch.</summary>
    public int Call => call;

    public int Number { get; } = context.Data.Number;

    public string? Key { get; } = context.Data.Key;

    public int Attempt { get; } = context.Attempt;

    /// <summary>Of this copy: an event whose answer was lost is stored twice.</summary>
    public RecordPosition Position { get; } = RecordPosition.From(context.Position);

    /// <summary>The process died before: it does not count.</summary>
    public bool IsGhost => member.HasCrashed;

    public override string ToString() => $"{member.Name} e{Number}{(Key is null ? "" : $"/{Key}")} attempt {Attempt}";
}
