namespace EventFabric;

/// <summary>
/// The settings of one channel, <c>Channels:{name}</c>: where events go. Named options: the name is the channel's.
/// </summary>
public sealed class ChannelOptions
{
    /// <summary>The broker that carries the channel, by its name under <c>Brokers</c>.</summary>
    /// <value>Default: the only broker, or the one called <c>default</c>.</value>
    public string? Broker { get; set; }

    /// <summary>What the broker calls the channel: topic, stream, queue, bus.</summary>
    /// <value>Default: the channel's name.</value>
    public string? Address { get; set; }

    /// <summary>How a CloudEvent is laid out in the broker's message.</summary>
    /// <value>Default: the broker's natural one: <see cref="EventFabric.ContentMode.Structured"/> on EventBridge,
    /// <see cref="EventFabric.ContentMode.Binary"/> on all others.</value>
    public ContentMode? ContentMode { get; set; }

    /// <summary>Whether <c>PublishOptions.DeliverAt</c> may be used on this channel.</summary>
    /// <value>Default: false. True is not in this version.</value>
    public bool DelayedDelivery { get; set; }

    /// <summary>The event type that a message without CloudEvents attributes is taken for; its body is then read as JSON.</summary>
    /// <value>Default: absent. Such a message is dead-lettered as undecodable.</value>
    public string? ForeignType { get; set; }
}

/// <summary>How a CloudEvent is laid out in a broker's message.</summary>
public enum ContentMode
{
    /// <summary>Attributes travel as headers, the body is the data itself.</summary>
    Binary,

    /// <summary>The body is one JSON document that holds attributes and data.</summary>
    Structured,
}
