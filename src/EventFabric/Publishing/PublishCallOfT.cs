using EventFabric.Serialization;

namespace EventFabric.Publishing;

/// <inheritdoc/>
/// <typeparam name="T">The event's type as its route knows it; object where only its runtime type is registered.</typeparam>
internal sealed class PublishCall<T> : PublishCall
    where T : notnull
{
    private T _data = default!;

    public override object Data => _data;

    internal void Begin(EventRoute route, T data, in PublishHead head)
    {
        Begin(route, head);
        _data = data;
    }

    internal override void End() => _data = default!;

    internal override ValueTask EncodeAsync(EventPublisher publisher, PublishScratch scratch, CancellationToken cancellationToken) =>
        Route.Entry is EventTypeEntry<T> entry
            ? publisher.Encoder.EncodeAsync(entry, _data, scratch, this, cancellationToken)
            : Route.Entry.EncodeAsync(publisher.Encoder, _data, scratch, this, cancellationToken);
}
