using EventFabric.Serialization;

namespace EventFabric.Publishing;

/// <content>Batches: all events are checked, then serialized in order into the batches of their channels, then awaited together.</content>
internal sealed partial class EventPublisher
{
    private PendingBatch? _idleBatch;

    public Task<IReadOnlyList<PublishResult>> PublishBatchAsync<T>(
        IEnumerable<T> events, Func<T, PublishOptions?>? options = null, CancellationToken cancellationToken = default)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(events);
        _runtime.ThrowIfDisposed();
        var list = events as IReadOnlyList<T> ?? [.. events];
        var batch = Interlocked.Exchange(ref _idleBatch, null) ?? new PendingBatch();
        batch.Begin(list.Count);
        var now = Now();
        for (var i = 0; i < list.Count; i++)
            Check(list[i], i, options, now, ref batch.Items[i]);

        return _chain is null ? SendBatchAsync(list, batch, cancellationToken) : RunChainsAsync(list, batch, cancellationToken);
    }

    private void Check<T>(T data, int index, Func<T, PublishOptions?>? getOptions, long now, ref PendingBatchItem item)
        where T : notnull
    {
        if (data is null)
            throw PublishErrors.NullEvent(index);
        var options = getOptions?.Invoke(data);
        if (options is not null)
            PublishCheck.Options(options);
        var entry = FindEntry(data) ?? throw PublishErrors.NotAdded(data.GetType(), typeof(T));
        item.Route = RouteOf(entry);
        var key = PublishCheck.Key(entry, options?.Key ?? (entry is EventTypeEntry<T> exact ? KeyOf(exact, data) : KeyOf(entry, data)));
        item.Head = new PublishHead(item.Route.TargetOf(options?.Channel), options, key, now);
    }

    private EventTypeEntry? FindEntry<T>(T data)
        where T : notnull =>
        typeof(T).IsValueType || data.GetType() == typeof(T) ? _registry.Find<T>() : _registry.Find(data.GetType()) ?? _registry.Find<T>();

    private async Task<IReadOnlyList<PublishResult>> SendBatchAsync<T>(IReadOnlyList<T> events, PendingBatch batch, CancellationToken cancellationToken)
        where T : notnull
    {
        var reached = 0;
        try
        {
            for (; reached < events.Count; reached++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (batch.IsStuck(reached))
                {
                    batch.SetHere(reached, LeftOut(batch, reached));
                    continue;
                }

                var scratch = PublishScratch.Take();
                var writing = Encode(events[reached], batch, reached, scratch, out var call, cancellationToken);
                if (writing.IsCompletedSuccessfully)
                {
                    Observe(writing);
                }
                else
                {
                    batch.Flush();
                    if (!await EncodeLaterAsync(writing, batch, reached, cancellationToken).ConfigureAwait(false))
                        continue;
                }

                if (Append(batch, reached, scratch, call) is { } waiting)
                {
                    batch.Flush();
                    await TakeTurnAsync(batch, reached, waiting, cancellationToken).ConfigureAwait(false);
                }
            }

            batch.Flush();
            await WaitAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancellation) when (cancellationToken.IsCancellationRequested)
        {
            // What was appended and not yet handed over goes all the same: nobody else may be there to start it.
            batch.Flush();
            batch.Abandon();
            throw Cancelled(batch.Snapshot(reached, cancellation), cancellationToken);
        }

        var results = batch.Results;
        if (batch.End())
            Volatile.Write(ref _idleBatch, batch);
        return AllStored(results);
    }

    private ValueTask Encode<T>(
        T data, PendingBatch batch, int index, PublishScratch scratch, out PublishCall? call, CancellationToken cancellationToken)
        where T : notnull
    {
        ref var item = ref batch.Items[index];
        call = null;
        try
        {
            if (item.Route.Entry.ReadsPublishContext)
            {
                var context = scratch.CallOf<T>();
                context.Begin(item.Route, data, item.Head);
                call = context;
            }

            return item.Route.Entry is EventTypeEntry<T> entry
                ? Encoder.EncodeAsync(entry, data, scratch, call, cancellationToken)
                : item.Route.Entry.EncodeAsync(Encoder, data, scratch, call, cancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    /// <summary>Waits for a serializer that suspended or failed.</summary>
    /// <returns>False when there is no body; the event has its result then.</returns>
    private static async ValueTask<bool> EncodeLaterAsync(ValueTask writing, PendingBatch batch, int index, CancellationToken cancellationToken)
    {
        try
        {
            await writing.ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            var error = exception as EventFabricException ?? new EventFabricException(EventFabricErrorKind.Serialization, exception.Message, exception);
            batch.SetHere(index, ChannelPublisher.ErrorResult(batch.Items[index].Head.Id, error));
            return false;
        }
    }

    private static WaitingPublish? Append(PendingBatch batch, int index, PublishScratch scratch, PublishCall? call)
    {
        ref var item = ref batch.Items[index];
        var outgoing = item.Head.ToOutgoing();
        call?.TakeHeaders(ref outgoing);
        scratch.MoveTo(ref outgoing);
        var channel = item.Head.Target.Publisher;
        batch.GoesTo(channel);
        var waiting = channel.Append(outgoing, batch, index);
        call?.End();
        PublishScratch.Give(scratch);
        return waiting;
    }

    private static async ValueTask TakeTurnAsync(PendingBatch batch, int index, WaitingPublish waiting, CancellationToken cancellationToken)
    {
        var channel = batch.Items[index].Head.Target.Publisher;
        var registration = cancellationToken.UnsafeRegister(_ => channel.Cancelled(waiting), null);
        await using (registration.ConfigureAwait(false))
            await batch.Turn.Wait.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static async ValueTask WaitAsync(PendingBatch batch, CancellationToken cancellationToken)
    {
        if (batch.IsOver)
            return;
        var registration = cancellationToken.UnsafeRegister(static batch => ((PendingBatch)batch!).Cancel(), batch);
        await using (registration.ConfigureAwait(false))
            await batch.WaitAsync().ConfigureAwait(false);
        if (batch.IsAbandoned)
            cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<IReadOnlyList<PublishResult>> RunChainsAsync<T>(IReadOnlyList<T> events, PendingBatch batch, CancellationToken cancellationToken)
        where T : notnull
    {
        var results = batch.Results;
        var running = new Task<PublishResult>[results.Length];
        for (var i = 0; i < running.Length; i++)
        {
            var call = CallFor(events[i], batch, i);
            running[i] = RunOneAsync(call, cancellationToken);

            // The next event follows when this one has its place, or publish order would depend on how long middleware takes.
            if (!running[i].IsCompleted && !call.IsHandedOn)
                await call.WhenHandedOn().ConfigureAwait(false);
        }

        var isCancelled = false;
        for (var i = 0; i < running.Length; i++)
        {
            results[i] = await running[i].ConfigureAwait(false);
            isCancelled |= results[i].Error?.InnerException is OperationCanceledException;
        }

        if (isCancelled && cancellationToken.IsCancellationRequested)
            throw Cancelled(results, cancellationToken);
        return AllStored(results);
    }

    private static PublishCall<T> CallFor<T>(T data, PendingBatch batch, int index)
        where T : notnull
    {
        ref var item = ref batch.Items[index];
        return NewCall(item.Route, data, item.Head);
    }

    private static PublishResult LeftOut(PendingBatch batch, int index)
    {
        var head = batch.Items[index].Head;
        return ChannelPublisher.ErrorResult(head.Id, PublishErrors.LeftOut(head.Target.Channel));
    }

    private async Task<PublishResult> RunOneAsync(PublishCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await RunChain(call, cancellationToken).ConfigureAwait(false);
        }
        catch (PublishException exception)
        {
            return ChannelPublisher.ErrorResult(call.Head.Id, exception.Results is [{ Error: { } error }] ? error : exception);
        }
        catch (OperationCanceledException cancellation) when (cancellationToken.IsCancellationRequested)
        {
            return ChannelPublisher.ErrorResult(call.Head.Id, PublishErrors.Cancelled(call.IsHandedOn ? call.Channel : null, cancellation));
        }
        catch (Exception exception)
        {
            return ChannelPublisher.ErrorResult(call.Head.Id, PublishErrors.MiddlewareThrew(exception));
        }
        finally
        {
            call.HandOn();
        }
    }

    private static OperationCanceledException Cancelled(PublishResult[] results, CancellationToken cancellationToken)
    {
        Exception? inner = Array.Exists(results, static result => result.Error is not null) ? PublishErrors.Batch(results) : null;
        return new OperationCanceledException("The batch was cancelled. Its inner exception has the results so far.", inner, cancellationToken);
    }

    private static PublishResult[] AllStored(PublishResult[] results) =>
        Array.Exists(results, static result => result.Error is not null) ? throw PublishErrors.Batch(results) : results;
}
