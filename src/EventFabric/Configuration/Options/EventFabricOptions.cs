namespace EventFabric;

/// <summary>
/// The settings directly under the section <c>EventFabric</c>: what holds for the whole process.
/// Filled by the strict settings reader, then by every <c>Configure</c> and <c>PostConfigure</c>, and copied at start: later changes have no effect.
/// </summary>
public sealed class EventFabricOptions
{
    /// <summary>The CloudEvents <c>source</c> of every event that this process publishes: a URI reference.</summary>
    /// <value>Default: <c>"/"</c> followed by <c>IHostEnvironment.ApplicationName</c>. Required where there is no host environment.</value>
    public string? Source { get; set; }

    /// <summary>The group that this process's subscriptions read as: members of a group share the events.</summary>
    /// <value>No default: required once a subscription runs that does not name its own.</value>
    public string? Group { get; set; }

    /// <summary>What is done at start about topics and queues, for every broker that does not say it itself.</summary>
    /// <value>Default: <see cref="EventFabric.Provisioning.Validate"/>;
    /// for the in-memory and the embedded broker <see cref="EventFabric.Provisioning.Create"/>,
    /// which only <c>Brokers:{b}:Provisioning</c> changes.</value>
    public Provisioning? Provisioning { get; set; }

    /// <summary>How long the start waits for brokers that do not answer; after it the start fails.</summary>
    /// <value>Default: absent. The process then starts without its brokers and connects when they answer.</value>
    public TimeSpan? StartupTimeout { get; set; }

    /// <summary>How long a stop, and the loss of a partition, waits for running handlers before their token is cancelled.</summary>
    /// <value>Default: 25 seconds. Keep it below <c>HostOptions.ShutdownTimeout</c>.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long one publish may take, resends included;
    /// after it <see cref="PublishException"/> of kind <see cref="EventFabricErrorKind.Timeout"/>.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many events of one channel may wait for their broker; a publish beyond it waits its turn.</summary>
    /// <value>Default: 1000.</value>
    public int MaxPendingPublishes { get; set; } = 1000;

    /// <summary>The largest event in bytes, body and headers as the broker counts them; a larger one is refused.</summary>
    /// <value>Default: 253952 (248 KiB), which fits every one of the six brokers, with room for the headers of a dead letter.</value>
    public int MaxEventBytes { get; set; } = 253_952;
}
