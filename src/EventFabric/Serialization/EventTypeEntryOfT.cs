using System.Buffers;

namespace EventFabric.Serialization;

/// <inheritdoc/>
/// <typeparam name="T">The event's type.</typeparam>
internal sealed class EventTypeEntry<T> : EventTypeEntry
    where T : notnull
{
    internal EventTypeEntry(
        string name, IReadOnlyList<string> aliases, string? channel, string contentType, string? coding, Func<T, string?>? key, PayloadCodec<T> codec)
        : base(name, aliases, channel, contentType, coding)
    {
        Key = key;
        Codec = codec;
    }

    internal override Type ClrType => typeof(T);

    internal override int Slot => TypeSlot<T>.Index;

    /// <summary>The application's key selector; null: events of this type are not ordered.</summary>
    internal Func<T, string?>? Key { get; }

    /// <summary>Writes and reads bodies in <see cref="EventTypeEntry.ContentType"/>.</summary>
    internal PayloadCodec<T> Codec { get; }

    internal override bool ReadsPublishContext => Coding is not null || Codec.ReadsContext;

    internal override string? KeyOf(object data) => Key?.Invoke((T)data);

    internal override ValueTask EncodeAsync(
        PayloadEncoder encoder, object data, IBufferWriter<byte> output, PublishContext? context, CancellationToken cancellationToken)
        => encoder.EncodeAsync(this, (T)data, output, context, cancellationToken);
}
