using System.Text.Json.Serialization;

namespace Orders;

/// <summary>The closing table.</summary>
public sealed record Totals
{
    /// <summary>Orders that the broker confirmed.</summary>
    public required int Published { get; init; }

    /// <summary>Orders that a handler fulfilled.</summary>
    public required int Handled { get; init; }

    /// <summary>Attempts after the first one.</summary>
    public required int Retried { get; init; }

    /// <summary>Orders that were read from the dead-letter channel.</summary>
    public required int DeadLettered { get; init; }

    /// <summary>Published, and neither handled nor dead-lettered.</summary>
    public required int Lost { get; init; }

    /// <summary>First deliveries of a customer's orders out of order, beside one another, or before the order before was done.</summary>
    public required int OrderViolations { get; init; }

    /// <summary>Deliveries of orders that were done with already. At-least-once brokers may have some.</summary>
    public required int Duplicates { get; init; }

    /// <summary>From the first publish to the last settlement.</summary>
    public required double EventsPerSecond { get; init; }

    /// <summary>Orders that an earlier run had left at the broker, fulfilled by this one.</summary>
    [JsonIgnore]
    public int CarriedOn { get; init; }

    /// <summary>Handled where the story says dead letter, or the other way round.</summary>
    [JsonIgnore]
    public int Misplaced { get; init; }

    /// <summary>Whether the promise was kept: nothing lost, order kept, everything where it belongs.</summary>
    [JsonIgnore]
    public bool PromiseKept => Lost == 0 && OrderViolations == 0 && Misplaced == 0;
}

/// <summary>JSON without reflection.</summary>
[JsonSerializable(typeof(Totals))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
public sealed partial class TotalsJson : JsonSerializerContext;
