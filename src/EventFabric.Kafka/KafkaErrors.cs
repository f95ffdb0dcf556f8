using Confluent.Kafka;
using EventFabric.Drivers;

namespace EventFabric.Kafka;

/// <summary>Sorts the errors of broker and client. Pure.</summary>
internal static class KafkaErrors
{
    internal static ErrorInfo Classify(Exception error) => error switch
    {
        KafkaException kafka => Classify(kafka.Error),
        ObjectDisposedException => new ErrorInfo(ErrorKind.Fatal, "disposed"),
        OperationCanceledException => new ErrorInfo(ErrorKind.Transient, "cancelled"),
        TimeoutException => new ErrorInfo(ErrorKind.Transient, "timeout"),
        // The client refuses a property of its own that way, before it connects.
        InvalidOperationException or ArgumentException => new ErrorInfo(ErrorKind.Invalid, "client-configuration"),
        _ => new ErrorInfo(ErrorKind.Unknown, "unexpected"),
    };

    internal static ErrorInfo Classify(Error error) =>
        error.IsFatal ? new ErrorInfo(ErrorKind.Fatal, error.Code.ToString()) : new ErrorInfo(KindOf(error.Code), error.Code.ToString());

    private static ErrorKind KindOf(ErrorCode code) => code switch
    {
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.UnknownTopicId => ErrorKind.NotFound,
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Authentication
            or ErrorCode.IllegalSaslState or ErrorCode.UnsupportedSaslMechanism or ErrorCode.Local_Ssl => ErrorKind.Unauthorized,
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize => ErrorKind.TooLarge,
        ErrorCode.Local_QueueFull or ErrorCode.ThrottlingQuotaExceeded => ErrorKind.Throttled,
        ErrorCode.FencedInstanceId or ErrorCode.FencedMemberEpoch or ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId
            or ErrorCode.StaleMemberEpoch or ErrorCode.Local_Fenced => ErrorKind.Fenced,
        ErrorCode.InvalidMsg or ErrorCode.InvalidRecord or ErrorCode.TopicException or ErrorCode.InvalidTimestamp or ErrorCode.InvalidConfig
            or ErrorCode.PolicyViolation or ErrorCode.InvalidPartitions or ErrorCode.InvalidReplicationFactor or ErrorCode.UnsupportedVersion
            or ErrorCode.UnsupportedForMessageFormat or ErrorCode.Local_InvalidArg or ErrorCode.InvalidRequest => ErrorKind.Invalid,
        ErrorCode.Local_Fatal or ErrorCode.Local_Destroy or ErrorCode.Local_State => ErrorKind.Fatal,
        ErrorCode.Unknown or ErrorCode.Local_Fail => ErrorKind.Unknown,
        _ => ErrorKind.Transient,
    };
}
