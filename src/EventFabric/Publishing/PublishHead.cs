using System.Runtime.InteropServices;
using EventFabric.Drivers;

namespace EventFabric.Publishing;

/// <summary>What is known of an event before it is serialized.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct PublishHead
{
    internal PublishHead(RouteTarget target, PublishOptions? options, string? key, long unixMilliseconds)
    {
        Target = target;
        Options = options;
        Key = key;
        UnixMilliseconds = unixMilliseconds;
        Id = options?.Id is { } id ? new CloudEventId(id) : new CloudEventId(EventIds.Next(unixMilliseconds));
    }

    internal RouteTarget Target { get; }

    internal PublishOptions? Options { get; }

    internal string? Key { get; }

    internal long UnixMilliseconds { get; }

    internal CloudEventId Id { get; }

    /// <summary>The event without its body.</summary>
    internal OutgoingEvent ToOutgoing()
    {
        return new OutgoingEvent
        {
            Envelope = Target.Envelope,
            Channel = Target.Channel,
            UnixMilliseconds = UnixMilliseconds,
            Id = Id,
            Key = Key,
            Options = Options,
            Headers = Options?.Headers is { Count: > 0 } headers ? headers : null,
            Flags = Key is null ? RecordFlags.None : RecordFlags.HasKey,
        };
    }
}
