using System.Buffers;
using System.Text;

namespace EventFabric.Serialization;

/// <summary>One event type of the application: its name on the wire, where it goes, how its body is written. Immutable, thread-safe.</summary>
internal abstract class EventTypeEntry
{
    private protected EventTypeEntry(string name, IReadOnlyList<string> aliases, string? channel, string contentType, string? coding)
    {
        Name = name;
        NameUtf8 = Encoding.UTF8.GetBytes(name);
        Aliases = aliases;
        Channel = channel;
        ContentType = contentType;
        Coding = coding;
    }

    /// <summary>The CloudEvents type.</summary>
    internal string Name { get; }

    internal byte[] NameUtf8 { get; }

    /// <summary>Older names that are accepted on receive.</summary>
    internal IReadOnlyList<string> Aliases { get; }

    internal abstract Type ClrType { get; }

    /// <summary>The process-wide number of <see cref="ClrType"/>.</summary>
    internal abstract int Slot { get; }

    /// <summary>The channel that it is published to; null when the caller must say it, or it is only received.</summary>
    internal string? Channel { get; }

    internal string ContentType { get; }

    /// <summary>What the header <c>ef-coding</c> of its events says: the payload transforms, in the order in which they were applied; null: none.</summary>
    internal string? Coding { get; }

    /// <summary>A key and a null body.</summary>
    internal bool IsTombstone => ClrType == typeof(Tombstone);

    /// <summary>False when neither the serializer nor a transform looks at the publish context: the publisher then needs to make none.</summary>
    internal abstract bool ReadsPublishContext { get; }

    /// <summary>The key of an event of this type; null: not ordered.</summary>
    internal abstract string? KeyOf(object data);

    /// <summary>Writes the body of an event of this type, whatever type it was published as.</summary>
    internal abstract ValueTask EncodeAsync(PayloadEncoder encoder, object data, IBufferWriter<byte> output, PublishContext? context, CancellationToken cancellationToken);
}
