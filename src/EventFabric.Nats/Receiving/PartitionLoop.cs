using System.Globalization;
using System.Threading.Channels;
using EventFabric.Drivers;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace EventFabric.Nats.Receiving;

/// <summary>
/// Decides which partitions to wait for, takes them over when the server gives them, and gives them up. One step after the other; the engine hears of each in turn.
/// </summary>
internal sealed class PartitionLoop(
    NatsLink link,
    ConsumerAdmin consumers,
    Partition[] partitions,
    Members members,
    Intake intake,
    ChannelPlan plan,
    IReceiverEvents events,
    Channel<Func<Task>> steps)
{
    private Task _running = Task.CompletedTask;
    private bool _isDown;
    private int _ticks;

    /// <summary>Called when a tenure could take more.</summary>
    internal Action Wants { get; set; } = static () => { };

    internal void Start()
    {
        _running = Task.Run(RunAsync);
        steps.Writer.TryWrite(BalanceAsync);
    }

    internal void Down()
    {
        // At once: the loop may be busy for longer than the others wait for us.
        foreach (var partition in partitions)
            partition.Owner?.End();
        steps.Writer.TryWrite(async () =>
        {
            _isDown = true;
            events.StateChanged(ChannelState.Degraded, null);
            foreach (var partition in partitions)
                await LoseAsync(partition, "the connection was lost").ConfigureAwait(false);
            Held();
        });
    }

    internal void Up() => steps.Writer.TryWrite(async () =>
    {
        _isDown = false;
        events.StateChanged(ChannelState.Ready, null);
        await BalanceAsync().ConfigureAwait(false);
    });

    /// <summary>Moves the group, and begins anew there.</summary>
    internal Task SeekAsync(StartPosition to)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isTaken = steps.Writer.TryWrite(async () =>
        {
            try
            {
                foreach (var partition in partitions)
                {
                    partition.Owner?.End();
                    await FreeAsync(partition).ConfigureAwait(false);
                }

                await consumers.MoveAsync(partitions, to, link.UntilDown).ConfigureAwait(false);

                await LookAsync().ConfigureAwait(false);
                done.SetResult();
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return isTaken ? done.Task : Task.FromException(new ObjectDisposedException(nameof(PartitionReceiver)));
    }

    /// <summary>It is time to look, or another member said something.</summary>
    internal void Look()
    {
        // A loop that is busy with giving up needs no pile of looks.
        if (Interlocked.CompareExchange(ref _ticks, 1, 0) == 0 && !steps.Writer.TryWrite(LookAsync))
            _ticks = 0;
    }

    /// <summary>Gives everything back and ends.</summary>
    internal async Task CloseAsync()
    {
        steps.Writer.TryWrite(async () =>
        {
            foreach (var partition in partitions)
                await FreeAsync(partition).ConfigureAwait(false);
            await members.LeaveAsync().ConfigureAwait(false);
        });
        steps.Writer.TryComplete();
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        await foreach (var step in steps.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await step().ConfigureAwait(false);
            }
            catch (NatsJSApiException error) when (NatsErrors.Is(error, NatsErrors.StreamNotFound))
            {
                // Nothing is made again here: whoever opens the next receiver is told.
                intake.Slot.Fail(error);
            }
            catch (OperationCanceledException)
            {
                // The connection went under it: the next step says so.
            }
            catch (Exception error)
            {
                NatsLog.StepFailed(link.Logger, consumers.Stream, consumers.Group, error);
            }
        }
    }

    private async Task BalanceAsync()
    {
        if (_isDown)
            return;
        var owners = Shares.Of(members.All, partitions.Length);
        Partition[] leaving = [.. partitions.Where(partition => (partition.Pull is not null || partition.Owner is not null) && owners[partition.Index] != members.Id)];
        if (leaving.Length > 0)
            await LeaveAsync(leaving).ConfigureAwait(false);
        Partition[] coming = [.. partitions.Where(partition => partition.Pull is null && owners[partition.Index] == members.Id)];
        // The group may have been moved, which gives it other consumers.
        await consumers.FindAsync(coming, link.UntilDown).ConfigureAwait(false);
        foreach (var partition in coming)
            await WaitAsync(partition).ConfigureAwait(false);
    }

    /// <summary>Begins to wait for the pin.</summary>
    private async Task WaitAsync(Partition partition)
    {
        var pull = new PartitionPull(link, consumers, partition, intake, Told);
        await pull.OpenAsync().ConfigureAwait(false);
        partition.Pull = pull;
        pull.Puller.Ask(1);
        await LookAtAsync(partition).ConfigureAwait(false);
    }

    private void Told(PartitionPull pull, PartitionNews news)
    {
        if (news == PartitionNews.Wants && pull.Owner is not null)
            Wants();
        else if (news == PartitionNews.Wants)
            pull.Puller.Ask(1);
        else
            steps.Writer.TryWrite(() => StepAsync(pull, news));
    }

    private Task StepAsync(PartitionPull pull, PartitionNews news) => news switch
    {
        PartitionNews.Pinned => TakeAsync(pull),
        PartitionNews.Unheard => UnheardAsync(pull),
        _ => LostAsync(pull),
    };

    /// <summary>
    /// A partition that nobody else has is ours from now on, before there is a record; one that is pinned to somebody who is gone is freed first. That is looked at
    /// now and then also where it is ours: whoever was pinned in our place may have died before it said a word.
    /// </summary>
    private async Task LookAtAsync(Partition partition)
    {
        if (!members.IsSettled || members.IsHeld(partition.Index) || (partition.Owner is not null && link.Time.GetElapsedTime(partition.LookedAt) < members.Session))
            return;
        var info = await consumers.InfoAsync(partition.Consumer, link.UntilDown).ConfigureAwait(false);
        if (partition.Pull is not { Pin: null, Owner: null })
            return;
        partition.LookedAt = link.Time.GetTimestamp();
        if ((info.PriorityGroups ?? []).Any(static group => !string.IsNullOrEmpty(group.PinnedClientId)))
        {
            await consumers.UnpinAsync(partition.Consumer, link.UntilDown).ConfigureAwait(false);
            NatsLog.Freed(link.Logger, consumers.Stream, consumers.Group, partition.Index);
        }

        // What a former owner had in its hands is delivered again only if the consumer is put back to what was acknowledged.
        if (info.Delivered.StreamSeq > info.AckFloor.StreamSeq)
            await consumers.ResetAsync(partition.Consumer, link.UntilDown).ConfigureAwait(false);
        if (partition.Owner is null)
            Assign(partition);
    }

    private void Assign(Partition partition)
    {
        partition.Owner = new Ownership(partition.Index.ToString(CultureInfo.InvariantCulture), partition.Index);
        partition.IsClosed = false;
        Held();
        events.Assigned([partition.Owner]);
    }

    /// <summary>
    /// The server made us the owner: the consumer goes back to what was acknowledged, and only what is delivered after that, on a subscription of its own, counts.
    /// </summary>
    private async Task TakeAsync(PartitionPull waited)
    {
        var partition = waited.Partition;
        if (partition.Pull != waited)
            return;
        await waited.DisposeAsync().ConfigureAwait(false);
        partition.Pull = null;
        try
        {
            var delivered = await consumers.ResetAsync(partition.Consumer, link.UntilDown).ConfigureAwait(false);
            if (partition.Owner is null)
                Assign(partition);
            var pull = PartitionPull.Begin(link, consumers, waited, partition.Owner!, delivered);
            await pull.OpenAsync().ConfigureAwait(false);
            partition.Pull = pull;
            Wants();
        }
        catch (Exception error)
        {
            // The next look waits for the pin again, and frees the partition of this one.
            partition.LookedAt = 0;
            NatsLog.NotTaken(link.Logger, consumers.Stream, partition.Index, error);
        }
    }

    private async Task LostAsync(PartitionPull pull)
    {
        if (pull.Partition.Pull != pull)
            return;
        await LoseAsync(pull.Partition, pull.Reason).ConfigureAwait(false);
        Held();
        await BalanceAsync().ConfigureAwait(false);
    }

    /// <summary>A consumer that was deleted while no pull of ours was open said nothing to us.</summary>
    private async Task UnheardAsync(PartitionPull pull)
    {
        if (pull.Partition.Pull != pull)
            return;
        pull.Heard();
        if (await consumers.FindLossAsync(pull.Partition.Consumer).ConfigureAwait(false) is not { } loss)
            return;
        await LoseAsync(pull.Partition, loss.Message).ConfigureAwait(false);
        Held();
        await BalanceAsync().ConfigureAwait(false);
    }

    private async Task LoseAsync(Partition partition, string reason)
    {
        var (pull, owner) = (partition.Pull, partition.Owner);
        (partition.Pull, partition.Owner) = (null, null);
        owner?.End();
        pull?.End();
        if (owner is not null)
        {
            NatsLog.Lost(link.Logger, consumers.Stream, partition.Consumer, partition.Index, reason);
            events.Lost([owner], new NatsException(reason));
        }

        if (pull is not null)
            await pull.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Gives partitions up that are another member's by now: the engine settles first what it can.</summary>
    private async Task LeaveAsync(Partition[] leaving)
    {
        foreach (var partition in leaving)
            partition.Pull?.End();
        Ownership[] owned = [.. leaving.Select(static partition => partition.Owner).OfType<Ownership>()];
        if (owned.Length > 0)
        {
            using var grace = new CancellationTokenSource(plan.RevokeGrace, link.Time);
            var settled = events.RevokingAsync(owned, grace.Token).AsTask();
            // A handler that does not end keeps the engine waiting, and nobody else.
            await Task.WhenAny(settled, Task.Delay(plan.RevokeGrace + TimeSpan.FromSeconds(1), link.Time)).ConfigureAwait(false);
        }

        foreach (var partition in leaving)
            await FreeAsync(partition).ConfigureAwait(false);
        Held();
    }

    /// <summary>Ends a tenure, or the wait for one; the server chooses the next owner at once.</summary>
    private async Task FreeAsync(Partition partition)
    {
        var pull = partition.Pull;
        partition.Owner?.End();
        (partition.Pull, partition.Owner) = (null, null);
        if (pull is null)
            return;
        await pull.DisposeAsync().ConfigureAwait(false);
        if ((pull.Owner is null && pull.Pin is null) || !link.IsOpen)
            return;
        try
        {
            await consumers.UnpinAsync(partition.Consumer, link.UntilDown).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The next owner does it. The others are given up all the same.
            NatsLog.NotFreed(link.Logger, consumers.Stream, partition.Index, error);
        }
    }

    private async Task LookAsync()
    {
        _ticks = 0;
        if (_isDown)
            return;
        await BalanceAsync().ConfigureAwait(false);
        foreach (var partition in partitions)
        {
            if (partition.Pull is not { } pull)
                continue;
            pull.Puller.IsSilent();
            if (pull.Owner is not null)
                continue;
            pull.Puller.Ask(1);
            await LookAtAsync(partition).ConfigureAwait(false);
        }
    }

    private void Held() => members.Hold([.. partitions.Where(static partition => partition.Owner is not null).Select(static partition => partition.Index)]);
}
