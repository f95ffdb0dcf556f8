using EventFabric.Drivers;

namespace EventFabric.Testing;

/// <summary>
/// One broker in one profile, for the conformance suite: started once a run, each case takes fresh names on it. All that an adapter's author writes
/// for the suite. The suite never calls it from two cases at a time.
/// </summary>
public abstract class ConformanceFixture : IAsyncDisposable
{
    /// <summary>The adapter's column in the ledger: "in-memory-log", "kafka".</summary>
    public abstract string Adapter { get; }

    /// <summary>The settings below <c>EventFabric:Brokers:default</c>, <c>Type</c> included. Keys are paths: "Kafka:BootstrapServers".</summary>
    public abstract IReadOnlyDictionary<string, string?> Settings { get; }

    /// <summary>
    /// Settings below <c>EventFabric</c> that want another topology than the one that a host without them creates: "Channels:main:Kafka:Partitions". The cases
    /// call their channel "main" and their broker "default".
    /// </summary>
    /// <value>Default: none; then only the engine's half of what a difference means is tested.</value>
    public virtual IReadOnlyDictionary<string, string?> OtherTopology { get; } = new Dictionary<string, string?>();

    /// <summary>The clock that the engine under test gets.</summary>
    /// <value>Default: <see cref="TimeProvider.System"/>. A fake one makes the cases fast where the broker lives in this process.</value>
    public virtual TimeProvider Time => TimeProvider.System;

    /// <summary>How long, in real time, a case waits for something that must happen before it fails.</summary>
    /// <value>Default: 30 seconds.</value>
    public virtual TimeSpan Patience => TimeSpan.FromSeconds(30);

    /// <summary>Adds the adapter: <c>builder.AddKafka()</c>.</summary>
    /// <param name="builder">The builder of a host that a case makes.</param>
    public abstract void AddAdapter(IEventFabricBuilder builder);

    /// <summary>Lets time pass: moves a fake clock, or waits. The default waits on <see cref="Time"/>.</summary>
    /// <param name="by">How much time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the time has passed.</returns>
    public virtual Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken) => Task.Delay(by, Time, cancellationToken);

    /// <summary>A name that is legal on the broker, below 40 characters, and was never used.</summary>
    /// <param name="hint">A lower-case word that people recognize in the broker's tools.</param>
    /// <returns>The default: "ef-{hint}-{16 characters}".</returns>
    public virtual string NewAddress(string hint) => $"ef-{hint}-{Guid.CreateVersion7().ToString("N")[^16..]}";

    /// <summary>True when <see cref="EventContext.TryGetNative{TNative}"/> gives the client's own type of an event in its first attempt, and gives no other type.</summary>
    /// <param name="context">An event that a handler just received.</param>
    public abstract bool HasNative(EventContext context);

    /// <summary>Writes a record by the broker's own client, so that the library cannot agree with itself.</summary>
    /// <param name="address">Where; it exists.</param>
    /// <param name="record">What.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the broker has the record.</returns>
    public abstract Task RawPublishAsync(string address, RawRecord record, CancellationToken cancellationToken);

    /// <summary>Reads all that is at an address by the broker's own client, and leaves it there.</summary>
    /// <param name="address">Where; nothing is there when it does not exist.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The records, those of one key in the order in which they were stored.</returns>
    public abstract Task<IReadOnlyList<RawRecord>> RawReadAsync(string address, CancellationToken cancellationToken);

    /// <summary>Makes an address, by the broker's own client, whose settings lose events or their order.</summary>
    /// <param name="address">The address; it does not exist yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False, the default: nothing was made; then only the engine's half of what such an address means is tested.</returns>
    public virtual Task<bool> RawCreateUnsafeAsync(string address, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>Stops the broker and starts it again with what it had stored.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False, the default: this fixture cannot, and the ledger says so.</returns>
    public virtual Task<bool> RestartBrokerAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>Cuts the network between client and broker for a while.</summary>
    /// <param name="duration">For how long.</param>
    /// <param name="cancellationToken">Gives up; the network is healed.</param>
    /// <returns>False, the default: this fixture cannot, and the ledger says so.</returns>
    public virtual Task<bool> CutNetworkAsync(TimeSpan duration, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>What stands between the engine and the suite's faults; the tests of the suite itself put engines with a fault there.</summary>
    /// <param name="driver">The driver with the suite's faults around it.</param>
    internal virtual IBrokerDriver WrapOutermost(IBrokerDriver driver) => driver;

    /// <summary>Stops what the fixture started.</summary>
    public abstract ValueTask DisposeAsync();
}
