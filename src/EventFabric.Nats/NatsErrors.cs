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
    private const int InsufficientResources = 10023;
    private const int StorageExceeded = 10047;
    private const int StreamMessageTooLarge = 10054;
    private const int SubjectOverlaps = 10065;
    private const int StoreFailed = 10077;
    private const int AccountLimits = 10002;

    internal static ErrorInfo Classify(Exception error) => error switch
    {
        NatsJSApiException api => new ErrorInfo(KindOf(api.Error), api.Error.ErrCode.ToString(CultureInfo.InvariantCulture)),
        NatsPayloadTooLargeException => new ErrorInfo(ErrorKind.TooLarge, "payload"),
        NatsServerException { IsAuthError: true } => new ErrorInfo(ErrorKind.Unauthorized, "authorization"),
        NatsException { InnerException: NatsServerException { IsAuthError: true } } => new ErrorInfo(ErrorKind.Unauthorized, "authorization"),
        NatsServerException server when server.Message.Contains("ermissions", StringComparison.Ordinal) => new ErrorInfo(ErrorKind.Unauthorized, "permissions"),
        NatsException => new ErrorInfo(ErrorKind.Transient, error.GetType().Name),
        ObjectDisposedException => new ErrorInfo(ErrorKind.Fatal, "disposed"),
        OperationCanceledException => new ErrorInfo(ErrorKind.Transient, "cancelled"),
        TimeoutException => new ErrorInfo(ErrorKind.Transient, "timeout"),
        ArgumentException or InvalidOperationException => new ErrorInfo(ErrorKind.Invalid, "client"),
        _ => new ErrorInfo(ErrorKind.Unknown, "unexpected"),
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

    internal static bool Is(NatsJSApiException error, int code) => error.Error.ErrCode == code;

    private static ErrorKind KindOf(ApiError error) => error.ErrCode switch
    {
        StreamNotFound or ConsumerNotFound => ErrorKind.NotFound,
        StreamMessageTooLarge => ErrorKind.TooLarge,
        // Full: discard-new refuses until somebody makes room.
        StoreFailed or StorageExceeded or InsufficientResources or AccountLimits => ErrorKind.Throttled,
        SubjectOverlaps => ErrorKind.Invalid,
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
