namespace EventFabric;

/// <summary>
/// The settings of one subscription, <c>Subscriptions:{name}</c>: who reads a channel, and how. Named options: the name is the subscription's.
/// Filled from <c>SubscriptionDefaults</c>, then from the subscription's own section.
/// </summary>
public sealed class SubscriptionOptions
{
    /// <summary>The channel that is read, by its name under <c>Channels</c>.</summary>
    /// <value>Default: the subscription's name.</value>
    public string? Channel { get; set; }

    /// <summary>The group that this subscription reads as. Used word for word.</summary>
    /// <value>Default: the root <c>Group</c>.</value>
    public string? Group { get; set; }

    /// <summary>Whether this process reads the subscription.</summary>
    /// <value>Default: true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Where the group begins when it has no position yet.</summary>
    /// <value>Default: <see cref="StartPosition.Earliest"/>, the oldest event that the broker still keeps for the group.</value>
    public StartPosition Start { get; set; }

    /// <summary>The order in which handlers get events.</summary>
    /// <value>Default: <see cref="OrderingMode.PerKey"/>.</value>
    public OrderingMode Ordering { get; set; } = OrderingMode.PerKey;

    /// <summary>What happens to an event whose attempts are used up.</summary>
    /// <value>Default: <see cref="ExhaustedPolicy.DeadLetter"/>.</value>
    public ExhaustedPolicy OnExhausted { get; set; }

    /// <summary>What happens to an event of a type that has no handler here.</summary>
    /// <value>Default: <see cref="UnhandledPolicy.DeadLetter"/>.</value>
    public UnhandledPolicy OnUnhandled { get; set; }

    /// <summary>How many handlers run at once; with a batch handler, how many batches.</summary>
    /// <value>Default: 16.</value>
    public int MaxConcurrency { get; set; } = 16;

    /// <summary>How many events may be taken from the broker and not yet be handled, those that wait for a retry included.</summary>
    /// <value>Default: absent, that is 4 times <see cref="MaxConcurrency"/>; with a batch handler the larger of that and 2 times <c>Batch:MaxSize</c>.</value>
    public int? MaxInFlight { get; set; }

    /// <summary>How many bytes of events may be taken and not yet be handled. One event always fits.</summary>
    /// <value>Default: 16777216 (16 MiB).</value>
    public long MaxInFlightBytes { get; set; } = 16_777_216;

    /// <summary>How many events a second are handed to handlers.</summary>
    /// <value>Default: absent, no limit. A limit is not in this version.</value>
    public int? MaxPerSecond { get; set; }

    /// <summary>How long one handler call may take; after it its token is cancelled and the attempt has failed.</summary>
    /// <value>Default: 5 minutes.</value>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How failed events are tried again.</summary>
    /// <value>Default: 6 attempts, 1 second doubling to 30 seconds.</value>
    public RetryOptions Retry { get; set; } = new();

    /// <summary>Where dead letters go.</summary>
    /// <value>Default: the broker's form of <c>{address}-{group}-dlq</c>.</value>
    public DeadLetterOptions DeadLetter { get; set; } = new();

    /// <summary>When a subscription pauses because everything fails.</summary>
    /// <value>Default: 90 % of at least 20 attempts in 30 seconds. The circuit is not in this version.</value>
    public CircuitOptions Circuit { get; set; } = new();

    /// <summary>How duplicates are recognised.</summary>
    /// <value>Default: off. The inbox is not in this version.</value>
    public InboxOptions Inbox { get; set; } = new();

    /// <summary>How events are gathered for a batch handler.</summary>
    /// <value>Default: up to 100 events, none older than 1 second.</value>
    public BatchOptions Batch { get; set; } = new();
}

/// <summary>What happens to an event whose attempts are used up.</summary>
public enum ExhaustedPolicy
{
    /// <summary>It is written to the dead-letter channel and settled; its key goes on.</summary>
    DeadLetter,

    /// <summary>It is written to the dead-letter channel, and later events of its key follow it until they are redriven or purged.
    /// Needs <see cref="OrderingMode.PerKey"/>.</summary>
    ParkKey,

    /// <summary>It is tried again for ever, at the longest delay; its key waits, others run.</summary>
    Block,

    /// <summary>It is settled, counted and logged.</summary>
    Drop,
}

/// <summary>What happens to an event of a type that has no handler here.</summary>
public enum UnhandledPolicy
{
    /// <summary>It is written to the dead-letter channel and settled.</summary>
    DeadLetter,

    /// <summary>It is settled and counted.</summary>
    Drop,
}
