using EventFabric.Configuration.Plans;
using EventFabric.Drivers;
using EventFabric.Subscribing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventFabric.Configuration.Startup;

/// <summary>
/// Starts what runs on one broker: provisioning, then each subscription. A broker that does not answer is tried again with growing waits: inside the start
/// when <c>StartupTimeout</c> is set, otherwise behind it.
/// </summary>
internal sealed class BrokerStart(
    BrokerRuntime broker,
    IReadOnlyList<ISubscriptionLoop> loops,
    Provisioner provisioner,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>How long the start waits for a first answer where it need not wait at all: long enough to fail on what a live broker says.</summary>
    public static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(5);

    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));
    private int _started;

    /// <summary>Whether trying again can help: the broker is away, busy or says something that nobody knows.</summary>
    public bool IsTransient(Exception error) =>
        error is not (OptionsValidationException or OperationCanceledException)
        && broker.Connection.Classify(error).Kind is ErrorKind.Transient or ErrorKind.Throttled or ErrorKind.Unknown;

    /// <summary>What the last failed try said.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>One try: provisions, and starts what does not run yet.</summary>
    public async Task TryAsync(CancellationToken cancellationToken)
    {
        await provisioner.EnsureAsync(broker, cancellationToken).ConfigureAwait(false);
        for (; _started < loops.Count; _started++) await loops[_started].StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for a try that runs, and tries again until everything runs or something is wrong that waiting does not heal.</summary>
    /// <param name="attempt">The try.</param>
    /// <param name="patient">True behind a start that is over: what is missing may still be made by others, so only a wrong configuration ends it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RetryAsync(Task attempt, bool patient, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await attempt.ConfigureAwait(false);
                return;
            }
            catch (Exception error) when (patient ? error is not (OptionsValidationException or OperationCanceledException) : IsTransient(error))
            {
                LastError = error;
                var delay = _backoff.Ceiling(failures);
                ConfigurationLog.Unreachable(logger, broker.Name, delay, error);
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            }

            attempt = TryAsync(cancellationToken);
        }
    }
}
