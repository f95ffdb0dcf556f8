namespace EventFabric.Retry;

/// <summary>The library's own reasons: short and stable, what dead letters are filtered by. An exception's reason is its type's full name.</summary>
internal static class FailureReasons
{
    public const string Exhausted = "attempts-exhausted";
    public const string HandlerTimeout = "handler-timeout";
    public const string KeyParked = "key-parked";
    public const string Unhandled = "unhandled-type";
    public const string Unspecified = "unspecified-settlement";
    public const string Dropped = "dropped";
}
