using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>What the fields of a record cannot say by themselves.</summary>
[Experimental("EVF9001")]
[Flags]
public enum RecordFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The body is null, not empty.</summary>
    NullBody = 1,

    /// <summary>There is a key, though perhaps an empty one.</summary>
    HasKey = 2,

    /// <summary>The broker says that it handed the record over before: then a handler that still runs on it is looked for, and the record not handled twice.</summary>
    Redelivered = 4,
}
