using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>One record on its way to a broker. An array element that is passed by reference: hence fields, and never boxed.</summary>
[Experimental("EVF9001")]
[SuppressMessage("Design", "CA1051:Do not declare visible instance fields", Justification = "An array element that is filled and read in place.")]
public struct OutboundRecord
{
    /// <summary>The body; empty also when <see cref="RecordFlags.NullBody"/> is set.</summary>
    public ReadOnlyMemory<byte> Body;

    /// <summary>The key's bytes: UTF-8 of <see cref="Key"/>, or foreign bytes with <see cref="Key"/> null. Empty without <see cref="RecordFlags.HasKey"/>: none.</summary>
    public ReadOnlyMemory<byte> KeyBytes;

    /// <summary>CloudEvents attributes and user headers, encoded.</summary>
    public HeaderBlock Headers;

    /// <summary>The key's text; null when there is none or it is not text.</summary>
    public string? Key;

    /// <summary>
    /// What a broker deduplicates by; null: <see cref="Id"/>. Set on copies (redrive, retry tiers), which must not pass for duplicates.
    /// </summary>
    public string? DedupId;

    /// <summary>The CloudEvents id.</summary>
    public CloudEventId Id;

    /// <summary>When to deliver, in Unix milliseconds; 0: now.</summary>
    public long DeliverAtMs;

    /// <summary>After when not to deliver any more, in Unix milliseconds; 0: never.</summary>
    public long ExpiresAtMs;

    /// <summary><see cref="RecordFlags.NullBody"/> and <see cref="RecordFlags.HasKey"/>.</summary>
    public RecordFlags Flags;
}
