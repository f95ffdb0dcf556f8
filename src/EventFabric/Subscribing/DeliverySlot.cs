using System.Diagnostics.CodeAnalysis;
using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Subscribing;

/// <summary>The slot behind a handler's context: texts are made from the record's bytes when they are asked for.</summary>
internal sealed class DeliverySlot<T>(Delivery delivery) : EventSlot<T>
    where T : notnull
{
    internal override string Id => delivery.Decoded.Id();

    internal override string Type => delivery.Decoded.Type();

    internal override string? Subject => delivery.Decoded.Subject();

    internal override string Source => delivery.Decoded.Source();

    internal override string? Key
    {
        get
        {
            ref readonly var record = ref Record.Record;
            return (record.Flags & RecordFlags.HasKey) == 0 ? null : Encoding.UTF8.GetString(record.Key.Span);
        }
    }

    internal override DateTimeOffset Time => delivery.Decoded.Time();

    internal override int Attempt => Record.Attempt;

    internal override string Channel => delivery.Core.Plan.Channel.Name;

    internal override string Subscription => delivery.Core.Plan.Name;

    internal override EventPosition Position =>
        Record.Ref.Position.ToEventPosition(delivery.Core.Plan.Channel.Name, Record.Part.Owner.Partition);

    internal override EventHeaders Headers => new(delivery.Headers, this, Version);

    internal override IServiceProvider Services => delivery.Services;

    private InFlightRecord Record => delivery.Record ?? throw new InvalidOperationException("The event's handler has returned; its context cannot be read any more.");

    internal override bool TryGetNative<TNative>([NotNullWhen(true)] out TNative? native)
        where TNative : default
    {
        native = default;
        return Record is { Failed: null, Batch.Batch: { } batch } record && batch.TryGetNative(record.Index, out native);
    }
}
