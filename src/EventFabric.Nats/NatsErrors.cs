using System.Globalization;
using EventFabric.Drivers;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EventFabric.Nats;

/// <summary>Sorts the errors of server and client. Pure.</summary>
internal static class NatsErrors
{
    // Numbers of the JetStream API (server/errors.json of nats-server).
    internal const int ConsumerNotFound = 10014;
    internal const int StreamNotFound = 10059;
    internal const int ConsumerExists = 10148;
    internal const int ConsumerNameInUse = 10013;
    internal const int StreamNameInUse = 10058;
    internal const int ConsumersExceeded = 10026;
    internal const int StreamsExceeded = 10027;
    private const int InsufficientResources = 10023;
    private const int MemoryExceeded = 10028;
    private const int StorageExceeded = 10047;
    private const int StreamMessageTooLarge = 10054;
    internal const int SubjectOverlaps = 10065;
    private const int StreamInvalidConfig = 10052;
    private const int ReplicasNotSupported = 10074;
    private const int StoreFailed = 10077;
    private const int AccountLimits = 10002;

    internal static ErrorInfo Classify(Exception error) => error switch
    {
        NatsJSApiException api => new ErrorInfo(KindOf(api.Error), api.Error.ErrCode.ToString(CultureInfo.InvariantCulture)),
        NatsPayloadTooLargeException => new ErrorInfo(ErrorKind.TooLarge, "payload"),
        NatsServerException { IsAuthError: true } => new ErrorInfo(ErrorKind.Unauthorized, "authorization"),
        NatsException { InnerException: NatsServerException { IsAuthError: true } } => new ErrorInfo(ErrorKind.Unauthorized, "authorization"),
        NatsServerException server when server.Message.Contains("ermissions", StringComparison.Ordinal) => new ErrorInfo(ErrorKind.Unauthorized, "permissions"),
        NatsException { InnerException: NatsException inner } when inner.Message.StartsWith("Error loading creds file", StringComparison.Ordinal) => new ErrorInfo(ErrorKind.Invalid, "credentials"),
        NatsException => new ErrorInfo(ErrorKind.Transient, error.GetType().Name),
        ObjectDisposedException => new ErrorInfo(ErrorKind.Fatal, "disposed"),
        OperationCanceledException => new ErrorInfo(ErrorKind.Transient, "cancelled"),
        TimeoutException => new ErrorInfo(ErrorKind.Transient, "timeout"),
        ArgumentException or InvalidOperationException => new ErrorInfo(ErrorKind.Invalid, "client"),
        _ => new ErrorInfo(ErrorKind.Unknown, "unexpected"),
    };

    /// <summary>Says why a connection was not made: the client says it of the inner error only.</summary>
    internal static NatsException NotConnected(NatsException error, string broker, IReadOnlyList<string> given) => error.InnerException switch
    {
        _ when Classify(error).Kind == ErrorKind.Unauthorized => NotKnown(broker, given, error.InnerException ?? error),
        NatsException reason => new NatsException($"{error.Message}: {reason.Message}", reason),
        _ => error,
    };

    internal static NatsJSApiException NoStream(string stream, string address) => new(new ApiError
    {
        Code = 404,
        ErrCode = StreamNotFound,
        Description = $"The stream \"{stream}\" of the address \"{address}\" does not exist. With Provisioning Create the library makes it.",
    });

    internal static NatsJSApiException NoConsumer(string stream, string consumer) => new(new ApiError
    {
        Code = 404,
        ErrCode = ConsumerNotFound,
        Description = $"The consumer \"{consumer}\" of the stream \"{stream}\" was deleted.",
    });

    internal static NatsJSApiException NotMade(string stream, string channel, ApiError error, string? other) => new(error with
    {
        Description = $"The stream \"{stream}\" cannot be made as Channels:{channel} says: {error.Description}{(other is null ? "" : $" (\"{other}\")")}.",
    });

    internal static NatsException NoJetStream(Exception cause) => new(
        "Nobody answers for JetStream: the server has none (its configuration needs \"jetstream {}\"), the user's account may not use it, or it is in another domain (the setting Nats:Domain).", cause);

    internal static NatsJSApiException Refused(string refusal) => new(new ApiError
    {
        Code = 403,
        ErrCode = 0,
        Description = $"The server refuses this client's user something that it needs: {refusal}",
    });

    internal static NatsJSApiException NotHeard(string subject) => new(new ApiError
    {
        Code = 403,
        ErrCode = 0,
        Description = $"The members of an ordered group tell each other which partitions they have, and what this one said did not come back: its user needs the permission to publish and to subscribe on \"{subject}\".",
    });

    /// <summary>The account may not have what was to be made.</summary>
    internal static NatsJSApiException BeyondLimit(NatsJSApiException error, string what, string remedy) => new(error.Error with
    {
        Description = $"{what} was not made: {error.Error.Description}. {remedy}",
    });

    internal static bool Is(NatsJSApiException error, int code) => error.Error.ErrCode == code;

    private static NatsException NotKnown(string broker, IReadOnlyList<string> given, Exception cause) => new(
        given.Count == 0
            ? $"The server of the broker \"{broker}\" wants to know who the client is: set Username and Password, Token, NKeySeed or CredentialsFile in Brokers:{broker}:Nats. It said: {cause.Message}"
            : $"The server of the broker \"{broker}\" refuses the client that Brokers:{broker}:Nats:{given[0]} names. It said: {cause.Message}",
        cause);

    private static ErrorKind KindOf(ApiError error) => error.ErrCode switch
    {
        StreamNotFound or ConsumerNotFound => ErrorKind.NotFound,
        StreamMessageTooLarge => ErrorKind.TooLarge,
        // Full: discard-new refuses until somebody makes room.
        StoreFailed or StorageExceeded or MemoryExceeded or InsufficientResources or AccountLimits => ErrorKind.Throttled,
        // Some of them with the code of a server's failure: tried again they are refused again.
        SubjectOverlaps or StreamInvalidConfig or ReplicasNotSupported => ErrorKind.Invalid,
        _ => error.Code switch
        {
            401 or 403 => ErrorKind.Unauthorized,
            404 => ErrorKind.NotFound,
            429 => ErrorKind.Throttled,
            >= 400 and < 500 => ErrorKind.Invalid,
            _ => ErrorKind.Transient,
        },
    };
}
