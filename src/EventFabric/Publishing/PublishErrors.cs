using System.Globalization;
using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using EventFabric.Serialization;

namespace EventFabric.Publishing;

/// <summary>What callers are told. No secret and no event data in any of it.</summary>
internal static class PublishErrors
{
    /// <summary>What is left free of every record for the headers of a dead letter.</summary>
    internal const int DeadLetterHeaders = 8192;

    internal static PublishException Single(in PublishResult result, EventFabricException error) =>
        new(error.Kind, error.Message, [result], error.InnerException);

    internal static PublishException Batch(IReadOnlyList<PublishResult> results)
    {
        EventFabricException? first = null;
        var failed = 0;
        foreach (var result in results)
        {
            if (result.Error is null)
                continue;
            first ??= result.Error;
            failed++;
        }

        var message = string.Create(CultureInfo.InvariantCulture, $"{failed} of {results.Count} events are not known to be stored. The first failure: {first!.Message}");
        return new PublishException(first.Kind, message, results, first.InnerException ?? first);
    }

    internal static InvalidOperationException NotAdded(Type runtime, Type declared) => new(
        (runtime == declared ? $"{runtime} was not added." : $"Neither {runtime} nor {declared} was added.") +
        $" Call AddEvent<{runtime.Name}>(channel) where EventFabric is added to the services.");

    internal static ArgumentException NullEvent(int index) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Event {index} of the batch is null."));

    internal static InvalidOperationException NoChannel(EventTypeEntry entry) => new(
        $"{entry.ClrType} has no channel to be published to. Call AddEvent<{entry.ClrType.Name}>(channel), or set PublishOptions.Channel.");

    internal static NotSupportedException NoTombstones(string channel, string broker, string type) => new(
        $"Channel \"{channel}\" cannot carry a tombstone: broker \"{broker}\" ({type}) has no null body. Publish an event of a type that says it instead.");

    internal static ArgumentException NoSuchChannel(string channel, IEnumerable<string> known) => new(
        $"PublishOptions.Channel is \"{channel}\", and EventFabric:Channels:{channel} does not stand in the configuration: {NearestName.Hint(channel, known)}");

    internal static EventFabricException MiddlewareThrew(Exception exception) => new(
        EventFabricErrorKind.Rejected, $"The publish middleware threw {exception.GetType()}. The event was not sent, unless the middleware sent it before.", exception);

    internal static ObjectDisposedException Disposed() =>
        new(nameof(IEventPublisher), "The publisher is disposed: its service provider was disposed. Nothing was sent.");

    internal static EventFabricException DisposedResult() => new(EventFabricErrorKind.Unavailable, Disposed().Message, Disposed());

    internal static EventFabricException TooLarge(string channel, long bytes, long limit, bool configured) => new(
        EventFabricErrorKind.TooLarge,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The event has {bytes} bytes for channel \"{channel}\", body and headers as the broker counts them; the limit is {limit} ") +
        (configured ? "(EventFabric:MaxEventBytes)" : "(what the broker takes, less 8192 for the headers of a dead letter)") +
        ". Nothing was sent. Keep large data elsewhere and publish a reference to it.");

    internal static EventFabricException NoPlace(string channel, int pending, TimeSpan timeout) => new(
        EventFabricErrorKind.Timeout,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Channel \"{channel}\" had no place for the event within EventFabric:PublishTimeout ({DurationText.Format(timeout)}): " +
            $"EventFabric:MaxPendingPublishes ({pending}) events wait for the broker. The event was not sent."));

    internal static EventFabricException LeftOut(string channel) => new(
        EventFabricErrorKind.Timeout,
        $"An earlier event of the batch was not taken by channel \"{channel}\" within EventFabric:PublishTimeout. This one was not sent.");

    internal static EventFabricException NotOpened(string channel, string address, TimeSpan timeout, Exception? lastError) => new(
        EventFabricErrorKind.Timeout,
        $"Channel \"{channel}\" (address \"{address}\") could not be opened within EventFabric:PublishTimeout ({DurationText.Format(timeout)}). The event was not sent.",
        lastError);

    internal static EventFabricException NotSent(string channel, string address, TimeSpan timeout, Exception? lastError) => new(
        EventFabricErrorKind.Timeout,
        $"The broker did not take the event for channel \"{channel}\" (address \"{address}\") within EventFabric:PublishTimeout ({DurationText.Format(timeout)}). The event is not stored.",
        lastError);

    internal static EventFabricException NotConfirmed(string channel, string address, TimeSpan timeout, Exception? lastError) => new(
        EventFabricErrorKind.Timeout,
        $"The broker did not confirm the event for channel \"{channel}\" (address \"{address}\") within EventFabric:PublishTimeout ({DurationText.Format(timeout)}). " +
        "The event may be stored: publish it again with the same Id.",
        lastError);

    internal static EventFabricException Refused(string channel, string address, in ErrorInfo info, bool mayBeStored, Exception? error)
    {
        var kind = KindOf(info.Kind);
        return new EventFabricException(
            kind,
            $"The broker refused the event for channel \"{channel}\" (address \"{address}\"): {kind}{CodeOf(info)}. " +
            (mayBeStored ? "An earlier send may have stored it." : "The event is not stored."),
            error);
    }

    internal static EventFabricException CannotOpen(string channel, string address, Refusal refusal, bool mayBeStored)
    {
        var kind = KindOf(refusal.Info.Kind);
        var remedy = kind switch
        {
            EventFabricErrorKind.NotFound => " Create it at the broker, or set Provisioning to Create.",
            EventFabricErrorKind.Unauthorized => " Check the broker's credentials and their rights on this address.",
            _ => "",
        };
        return new EventFabricException(
            kind,
            $"Channel \"{channel}\" (address \"{address}\") cannot be opened: {kind}{CodeOf(refusal.Info)}. " +
            (mayBeStored ? "An earlier send may have stored the event." : "The event was not sent.") + remedy,
            refusal.Error);
    }

    internal static EventFabricException OrderGap(string channel, bool mayBeStored, Exception? error) => new(
        EventFabricErrorKind.OrderGap,
        $"A later event of the same key is stored in channel \"{channel}\" already, so this one is not sent again. " +
        (mayBeStored ? "It may be stored." : "It is not stored."),
        error);

    internal static EventFabricException Cancelled(string? channel, OperationCanceledException cancellation) => new(
        EventFabricErrorKind.Timeout,
        channel is null
            ? "The call was cancelled before the event was sent."
            : $"The call was cancelled before the broker confirmed the event for channel \"{channel}\". It may be stored: publish it again with the same Id.",
        cancellation);

    internal static EventFabricErrorKind KindOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Transient or ErrorKind.Fenced or ErrorKind.Fatal => EventFabricErrorKind.Unavailable,
        ErrorKind.Throttled => EventFabricErrorKind.Throttled,
        ErrorKind.NotFound => EventFabricErrorKind.NotFound,
        ErrorKind.Unauthorized => EventFabricErrorKind.Unauthorized,
        ErrorKind.TooLarge => EventFabricErrorKind.TooLarge,
        _ => EventFabricErrorKind.Rejected,
    };

    private static string CodeOf(in ErrorInfo info) => string.IsNullOrEmpty(info.Code) ? "" : $" ({info.Code})";
}
