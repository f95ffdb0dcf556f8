using EventFabric.Drivers;
using EventFabric.Envelope;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Subscribing;

/// <summary>
/// One place where an event is handled: the decoded envelope of the record that is there now, and the services of its delivery. Reused
/// for record after record; one for a worker, or one for each event of a batch.
/// </summary>
internal sealed class Delivery(SubscriptionCore core) : IDecodedHolder
{
    private readonly EventSlot?[] _slots = new EventSlot?[core.Handlers.Count];
    private DecodedEvent _decoded;
    private EventHeadersView? _headers;
    private AsyncServiceScope? _scope;
    private Delivery? _shared;

    public SubscriptionCore Core { get; } = core;

    public InFlightRecord? Record { get; private set; }

    public ref readonly DecodedEvent Decoded => ref _decoded;

    public EventHeadersView Headers => _headers ??= new EventHeadersView(this);

    /// <summary>This delivery's scope, made on first use; one for a batch.</summary>
    public IServiceProvider Services
    {
        get
        {
            if (_shared is { } shared)
                return shared.Services;
            _scope ??= Core.Services.Scopes.CreateAsyncScope();
            return _scope.Value.ServiceProvider;
        }
    }

    /// <summary>Takes a record in and reads its envelope.</summary>
    public DecodeStatus Begin(InFlightRecord record, in InboundRecord raw)
    {
        Record = record;
        return record.Session.Decoder.Decode(in raw, ref _decoded);
    }

    /// <summary>Uses the services of another place: a batch has one scope.</summary>
    public void Share(Delivery other) => _shared = other;

    /// <summary>The slot of this place for one handler; its version counts all events that were here.</summary>
    public EventSlot SlotFor(HandlerEntry entry) => _slots[entry.Index] ??= entry.CreateSlot(this);

    /// <summary>Disposes the delivery's services, before its event is settled.</summary>
    public ValueTask DisposeScopeAsync()
    {
        if (_scope is not { } scope)
            return ValueTask.CompletedTask;
        _scope = null;
        return scope.DisposeAsync();
    }

    /// <summary>The attempt is over. Services that are still there, of a delegate or a singleton, are disposed beside what follows.</summary>
    public void End()
    {
        (Record, _shared) = (null, null);
        if (_scope is not null)
            _ = ObserveAsync(DisposeScopeAsync());
    }

    private async Task ObserveAsync(ValueTask disposal)
    {
        try
        {
            await disposal.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            SubscriptionLog.ScopeFailed(Core.Services.Logger, Core.Plan.Name, error);
        }
    }
}
