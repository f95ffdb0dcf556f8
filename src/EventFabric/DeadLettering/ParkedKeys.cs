using System.Text;
using EventFabric.Configuration.Plans;
using EventFabric.Drivers;
using EventFabric.Scheduling;
using Microsoft.Extensions.Logging;

namespace EventFabric.DeadLettering;

/// <summary>
/// The keys that have an event in the dead-letter channel, under <c>OnExhausted: ParkKey</c>: their later events follow it. Read back from
/// the channel at each assignment, before the first record of it is handled. Thread-safe.
/// </summary>
internal sealed class ParkedKeys(SubscriptionPlan plan, WorkScheduler scheduler, ILogger logger) : IDisposable
{
    private const int BrowseRecords = 256;
    private static readonly Backoff Pause = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    private readonly object _sync = new();
    private readonly byte[] _group = Encoding.UTF8.GetBytes(plan.Group);
    private readonly CancellationTokenSource _stopped = new();
    private HashSet<string> _keys = [];
    private HashSet<string>? _sinceLoad;
    private Task _load = Task.CompletedTask;

    /// <summary>Whether events of this key go the way of their dead letter.</summary>
    public bool Contains(ReadOnlySpan<byte> key)
    {
        lock (_sync)
            return _keys.Count > 0 && _keys.Contains(Text(key));
    }

    /// <summary>An event of this key is in the dead-letter channel now.</summary>
    public void Add(ReadOnlySpan<byte> key)
    {
        lock (_sync)
        {
            _keys.Add(Text(key));
            _sinceLoad?.Add(Text(key));
        }
    }

    /// <summary>Reads the channel again; <see cref="WhenLoadedAsync"/> waits for it.</summary>
    public void Load()
    {
        lock (_sync)
            _load = LoadAfterAsync(_load);
    }

    public ValueTask WhenLoadedAsync()
    {
        lock (_sync)
            return _load.IsCompleted ? ValueTask.CompletedTask : new ValueTask(_load);
    }

    public void Stop() => _stopped.Cancel();

    public void Dispose() => _stopped.Dispose();

    // Bytes as characters: a key need not be text.
    private static string Text(ReadOnlySpan<byte> key) => Encoding.Latin1.GetString(key);

    private async Task LoadAfterAsync(Task before)
    {
        await before.ConfigureAwait(false);
        await scheduler.SwitchAsync();
        for (var attempt = 1; !_stopped.IsCancellationRequested; attempt++)
        {
            try
            {
                await ReadAsync().ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                DeadLetterLog.ParkedKeysUnread(logger, plan.Name, plan.DeadLetterPlan.Address, error);
            }

            await scheduler.DelayAsync(Pause.Ceiling(attempt), _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync()
    {
        lock (_sync)
            _sinceLoad = [];
        var read = new HashSet<string>();
        var browse = plan.DeadLetterPlan with
        {
            Mode = ReceiveMode.Browse,
            Group = plan.Group,
            Start = StartPosition.Earliest,
            MaxInFlight = BrowseRecords,
            MaxInFlightBytes = plan.MaxInFlightBytes,
        };
        var receiver = await plan.Channel.Broker.Connection.OpenReceiverAsync(browse, NoEvents.Instance, _stopped.Token).ConfigureAwait(false);
        await using (receiver.ConfigureAwait(false))
        {
            while (await receiver.ReceiveAsync(BrowseRecords).ConfigureAwait(false) is { } batch)
            {
                Collect(batch.Records, read);
                batch.Recycle();
            }
        }

        lock (_sync)
        {
            read.UnionWith(_sinceLoad);
            (_keys, _sinceLoad) = (read, null);
        }
    }

    private void Collect(ReadOnlySpan<InboundRecord> records, HashSet<string> into)
    {
        foreach (ref readonly var record in records)
        {
            if ((record.Flags & RecordFlags.HasKey) == 0 || !record.Headers.TryGet(DeadLetterHeaders.Group, out var group) || !group.SequenceEqual(_group))
                continue;
            into.Add(Text(record.Key.Span));
        }
    }

    /// <summary>A browse is in no group: nothing is assigned to it that anybody must be asked about.</summary>
    private sealed class NoEvents : IReceiverEvents
    {
        public static NoEvents Instance { get; } = new();

        public void Assigned(IReadOnlyList<Ownership> added)
        {
        }

        public ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds) => ValueTask.CompletedTask;

        public void Lost(IReadOnlyList<Ownership> gone, Exception? cause)
        {
        }

        public void StateChanged(ChannelState state, Exception? cause)
        {
        }
    }
}
