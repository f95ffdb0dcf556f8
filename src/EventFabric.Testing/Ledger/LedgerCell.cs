namespace EventFabric.Testing.Ledger;

/// <summary>What the ledger says of one case on one adapter.</summary>
internal enum LedgerResult
{
    /// <summary>The case passes.</summary>
    Pass,

    /// <summary>The adapter says that it cannot, and what needs it is refused as the case demands.</summary>
    Refused,

    /// <summary>The case fails, and the reason stands beside it.</summary>
    Waived,
}

/// <summary>One cell of the ledger.</summary>
/// <param name="Result">What the case must come to.</param>
/// <param name="Reason">Of a waiver: why.</param>
/// <param name="Kind">Of a waiver: "broker cannot", "emulator cannot" or "not yet".</param>
/// <param name="Expires">Of a waiver: the last day on which it holds.</param>
internal sealed record LedgerCell(LedgerResult Result, string? Reason = null, string? Kind = null, DateOnly? Expires = null)
{
    /// <summary>The kinds of waiver that there are.</summary>
    internal static readonly IReadOnlyList<string> Kinds = ["broker cannot", "emulator cannot", "not yet"];
}
