using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>What a broker may or may not be able to do. The names are the flags of the conformance catalogue.</summary>
[Experimental("EVF9001")]
public enum Capability : byte
{
    /// <summary>What was accepted is delivered until it is settled.</summary>
    AtLeastOnce,

    /// <summary>A publish reports the position of the event.</summary>
    PublishPosition,

    /// <summary>A null body is carried, and is not an empty one.</summary>
    Tombstone,

    /// <summary>Many records go in one call.</summary>
    BatchPublish,

    /// <summary>Records of one key are delivered in the order in which they were accepted.</summary>
    OrderingKey,

    /// <summary>Records of different keys are handled in parallel, those of one key one at a time. Means nothing without <see cref="OrderingKey"/>.</summary>
    KeyConcurrency,

    /// <summary>A lease on a received record can be extended.</summary>
    LeaseExtend,

    /// <summary>A new group can start at a chosen place.</summary>
    StartPosition,

    /// <summary>Dead letters can be read without being removed.</summary>
    DlqPeek,

    /// <summary>Retries can wait in channels of their own.</summary>
    RetryTopics,

    /// <summary>The broker counts deliveries, so that a handler that kills its process is found.</summary>
    CrashGuard,

    /// <summary>The broker discards a second publish of the same id.</summary>
    PublishDedup,

    /// <summary>An event can be published now and delivered later.</summary>
    DelayedDelivery,

    /// <summary>An event can expire.</summary>
    Ttl,

    /// <summary>A group can be moved to a point in time.</summary>
    SeekTime,

    /// <summary>A group can be moved to a position.</summary>
    SeekPosition,

    /// <summary>Intake can be closed without leaving the group.</summary>
    Pause,

    /// <summary>Addresses can be created and inspected.</summary>
    Provisioning,

    /// <summary>How far a group is behind can be asked.</summary>
    Lag,
}
