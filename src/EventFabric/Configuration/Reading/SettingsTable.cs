using EventFabric.Drivers;

namespace EventFabric.Configuration.Reading;

/// <summary>
/// The settings of the library itself: key, default, range and help of each, written once. The defaults are those of the options classes.
/// Reading, refusals, <c>ConfigurationSchema.json</c> and the reference page come from here.
/// </summary>
internal static class SettingsTable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public static void Root(SettingsReader reader, EventFabricOptions options)
    {
        options.Source = reader.Text(
            "Source",
            "CloudEvents source of what this process publishes. Default: \"/\" and the application's name.",
            options.Source);
        options.Group = reader.Text(
            "Group",
            "The group that subscriptions read as. Required once a subscription runs that has none of its own.",
            options.Group);
        options.Provisioning = reader.Choice(
            "Provisioning",
            "What is done at start about topics and queues. Default: Validate; InMemory and Embedded: Create.",
            options.Provisioning);
        options.StartupTimeout = reader.Duration(
            "StartupTimeout",
            "How long the start waits for brokers; then it fails. Default: the process starts without them.",
            options.StartupTimeout, Millisecond, Hour);
        options.DrainTimeout = reader.Duration(
            "DrainTimeout",
            "How long a stop waits for running handlers. Below HostOptions.ShutdownTimeout.",
            options.DrainTimeout, TimeSpan.Zero, Hour)!.Value;
        options.PublishTimeout = reader.Duration(
            "PublishTimeout",
            "How long one publish may take, resends included.",
            options.PublishTimeout, Millisecond, Hour)!.Value;
        options.MaxPendingPublishes = reader.Int(
            "MaxPendingPublishes",
            "How many events of one channel may wait for their broker.",
            options.MaxPendingPublishes, 1, 1_000_000);
        options.MaxEventBytes = reader.Int(
            "MaxEventBytes",
            "The largest event in bytes, body and headers as the broker counts them.",
            options.MaxEventBytes, 1024, 1_073_741_824);
    }

    public static void Broker(SettingsReader reader, BrokerOptions options)
    {
        options.Type = reader.Text("Type", "The adapter, and the name of its section beside this key.", options.Type, required: true);
        options.Provisioning = reader.Choice(
            "Provisioning",
            "What is done at start about this broker's topics and queues. Default: the root Provisioning; InMemory and Embedded: Create.",
            options.Provisioning);
    }

    public static void Channel(SettingsReader reader, ChannelOptions options)
    {
        options.Broker = reader.Text("Broker", "The broker that carries it. Default: the only one, or the one called default.", options.Broker);
        options.Address = reader.Text("Address", "What the broker calls it. Default: the channel's name.", options.Address);
        options.ContentMode = reader.Choice("ContentMode", "How a CloudEvent is laid out. Default: the broker's natural way.", options.ContentMode);
        options.DelayedDelivery = reader.Later.Flag("DelayedDelivery", "Whether PublishOptions.DeliverAt is allowed.", options.DelayedDelivery);
        options.ForeignType = reader.Text(
            "ForeignType",
            "The event type that messages without CloudEvents attributes are taken for. Default: they are dead-lettered.",
            options.ForeignType);
    }

    public static void Subscription(SettingsReader reader, SubscriptionOptions options)
    {
        options.Channel = reader.Text("Channel", "The channel that is read. Default: the one with the subscription's name.", options.Channel);
        options.Group = reader.Text("Group", "The group that it reads as, used word for word. Default: the root Group.", options.Group);
        options.Enabled = reader.Flag("Enabled", "Whether this process reads it.", options.Enabled);
        options.Start = reader.Start("Start", "Where the group begins when it has no position: Earliest, Latest or an ISO 8601 time.", options.Start);
        options.Ordering = reader.Choice("Ordering", "The order in which handlers get events.", options.Ordering);
        options.OnExhausted = reader.Choice(
            "OnExhausted",
            "What happens when attempts are used up. ParkKey needs Ordering PerKey.",
            options.OnExhausted);
        options.OnUnhandled = reader.Choice("OnUnhandled", "What happens to a type that has no handler here.", options.OnUnhandled);
        options.MaxConcurrency = reader.Int(
            "MaxConcurrency",
            "How many handlers run at once; with a batch handler, how many batches.",
            options.MaxConcurrency, 1, 10_000);
        options.MaxInFlight = (int?)reader.Number(
            "MaxInFlight",
            "How many events may be taken and not yet handled. " +
            "Default: 4 times MaxConcurrency; with a batch handler the larger of that and 2 times Batch:MaxSize.",
            options.MaxInFlight, 1, 1_000_000);
        options.MaxInFlightBytes = reader.Number(
            "MaxInFlightBytes",
            "How many bytes of them. One event always fits.",
            options.MaxInFlightBytes, 1, 1L << 40)!.Value;
        options.MaxPerSecond = (int?)reader.Later.Number(
            "MaxPerSecond",
            "How many events a second are handed to handlers. Default: no limit.",
            options.MaxPerSecond, 1, 1_000_000);
        options.HandlerTimeout = reader.Duration(
            "HandlerTimeout",
            "How long one handler call may take; then the attempt has failed.",
            options.HandlerTimeout, Millisecond, Day)!.Value;
        Retry(reader.Section("Retry"), options.Retry ??= new RetryOptions());
        DeadLetter(reader.Section("DeadLetter"), options.DeadLetter ??= new DeadLetterOptions());
        Circuit(reader.Section("Circuit").Later, options.Circuit ??= new CircuitOptions());
        Inbox(reader.Section("Inbox").Later, options.Inbox ??= new InboxOptions());
        Batch(reader.Section("Batch"), options.Batch ??= new BatchOptions());
    }

    private static void Retry(SettingsReader reader, RetryOptions options)
    {
        options.MaxAttempts = reader.Int(
            "MaxAttempts",
            "How often an event is handed to its handler, the first time included.",
            options.MaxAttempts, 1, 1000);
        options.BaseDelay = reader.Duration(
            "BaseDelay",
            "The upper bound of the first wait; it doubles. The wait is drawn at random below it.",
            options.BaseDelay, TimeSpan.Zero, Day)!.Value;
        options.MaxDelay = reader.Duration("MaxDelay", "What the doubling stops at.", options.MaxDelay, TimeSpan.Zero, Day)!.Value;
        options.Delayed = reader.Later.Durations(
            "Delayed",
            "Longer waits on channels of their own, \"1m, 10m, 1h\". Needs Ordering None.",
            options.Delayed ?? []);
    }

    private static void DeadLetter(SettingsReader reader, DeadLetterOptions options) =>
        options.Address = reader.Text(
            "Address",
            "The address of the dead letters; {address} and {group} are filled in. Default: the broker's form of {address}-{group}-dlq.",
            options.Address);

    private static void Circuit(SettingsReader reader, CircuitOptions options)
    {
        options.Enabled = reader.Flag("Enabled", "Whether the subscription pauses when everything fails.", options.Enabled);
        options.FailureRatio = reader.Fraction("FailureRatio", "The share of attempts that must throw.", options.FailureRatio, 0.01, 1);
        options.MinAttempts = reader.Int("MinAttempts", "How many attempts must lie in the window.", options.MinAttempts, 2, 1_000_000);
        options.Window = reader.Duration("Window", "How far back attempts are counted.", options.Window, TimeSpan.FromMilliseconds(500), Day)!.Value;
        options.Break = reader.Duration("Break", "How long it pauses.", options.Break, TimeSpan.FromMilliseconds(500), Day)!.Value;
    }

    private static void Inbox(SettingsReader reader, InboxOptions options)
    {
        options.Store = reader.Text(
            "Store",
            "Where the ids of handled events are kept: Memory, Embedded or PostgreSql. Default: off.",
            options.Store);
        options.Window = reader.Duration(
            "Window",
            "How long an id is remembered.",
            options.Window, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365))!.Value;
        options.MaxEntries = reader.Int(
            "MaxEntries",
            "How many ids the memory store keeps; the oldest go first.",
            options.MaxEntries, 1, 100_000_000);
    }

    private static void Batch(SettingsReader reader, BatchOptions options)
    {
        options.MaxSize = reader.Int("MaxSize", "The largest batch, in events.", options.MaxSize, 1, 100_000);
        options.MaxWait = reader.Duration(
            "MaxWait",
            "The age of its oldest event at which a batch is handed over.",
            options.MaxWait, TimeSpan.Zero, Hour)!.Value;
    }
}
