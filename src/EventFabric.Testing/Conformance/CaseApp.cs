using EventFabric.Testing.Payloads;
using EventFabric.Testing.Spying;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventFabric.Testing.Conformance;

/// <summary>An application of a case: a service container with the library in it, and its hosted services, started and stopped as a host does.</summary>
internal sealed class CaseApp : IAsyncDisposable
{
    private readonly CaseContext _context;
    private readonly AppPlan _plan;
    private readonly CaseHandler _handler;
    private readonly int _number;
    private ServiceProvider? _services;
    private bool _started;
    private bool _disposed;

    internal CaseApp(CaseContext context, AppPlan plan, CaseHandler handler)
    {
        _context = context;
        _plan = plan;
        _handler = handler;
        _number = context.Register(this);
    }

    /// <summary>Which host of the case this is, as deliveries say.</summary>
    internal int Number => _number;

    /// <summary>What goes wrong at this host's drivers.</summary>
    internal HostFaults Faults { get; } = new();

    /// <summary>Which partitions this host has and had.</summary>
    internal HostTenures Tenures { get; } = new();

    /// <summary>The largest batch that a batch handler was given.</summary>
    internal int LargestBatch { get; private set; }

    internal IServiceProvider Services => _services ?? throw new InvalidOperationException("The application is not built.");

    internal IEventPublisher Publisher => Services.GetRequiredService<IEventPublisher>();

    internal void Own(ServiceProvider services) => _services = services;

    internal async Task StartAsync()
    {
        _started = true;
        foreach (var hosted in Services.GetServices<IHostedService>())
            await _context.WithinAsync(hosted.StartAsync(_context.Cancel), "the host to start").ConfigureAwait(false);
    }

    /// <summary>Stops as a host does: drains, then disposes.</summary>
    internal async Task StopAsync()
    {
        if (!_started || _disposed) return;
        _started = false;
        foreach (var hosted in Services.GetServices<IHostedService>().Reverse())
            await _context.WithinAsync(hosted.StopAsync(_context.Cancel), "the host to stop", hurry: true).ConfigureAwait(false);
        await DisposeServicesAsync().ConfigureAwait(false);
    }

    /// <summary>Publishes one note, and waits for the broker to have it.</summary>
    internal Task<PublishResult> PublishAsync(string text, string? key = null, int number = 0, string? channel = null) =>
        PublishAsync(new Note(text, number), new PublishOptions { Key = key, Channel = channel });

    internal Task<PublishResult> PublishAsync<T>(T data, PublishOptions? options)
        where T : notnull =>
        _context.WithinAsync(Publisher.PublishAsync(data, options, _context.Cancel).AsTask(), "the publish to complete");

    /// <summary>Publishes notes in one batch, with their keys.</summary>
    internal Task<IReadOnlyList<PublishResult>> PublishBatchAsync(IEnumerable<(string Text, string? Key, int Number)> notes)
    {
        var keys = new Dictionary<Note, string?>(ReferenceEqualityComparer.Instance);
        var events = notes.Select(note =>
        {
            var made = new Note(note.Text, note.Number);
            keys[made] = note.Key;
            return made;
        }).ToList();
        var publish = Publisher.PublishBatchAsync(events, note => new PublishOptions { Key = keys[note] }, _context.Cancel);
        return _context.WithinAsync(publish, "the batch to complete");
    }

    /// <summary>Disposes the container without stopping first, as a program without a host does.</summary>
    internal Task DisposeNowAsync()
    {
        _disposed = true;
        return _services!.DisposeAsync().AsTask();
    }

    internal void SawBatch(int count) => LargestBatch = Math.Max(LargestBatch, count);

    internal ValueTask<Settlement> HandleAsync<T>(EventContext<T> received, CancellationToken cancellationToken)
        where T : notnull => HandleAsync(received, received.Data, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await DisposeServicesAsync().ConfigureAwait(false);
    }

    private async ValueTask<Settlement> HandleAsync(EventContext received, object data, CancellationToken cancellationToken)
    {
        var delivery = Copy(received, data, cancellationToken);
        var ending = "threw";
        _context.Log.Begin(delivery);
        try
        {
            var settlement = await _handler(delivery, cancellationToken).ConfigureAwait(false);
            ending = settlement.Kind.ToString();
            return settlement;
        }
        catch (Exception thrown)
        {
            ending = thrown.GetType().Name;
            throw;
        }
        finally
        {
            _context.Log.End(delivery, _context.Now, ending);
        }
    }

    private Delivery Copy(EventContext received, object data, CancellationToken token) => new()
    {
        Host = _number,
        Subscription = received.Subscription,
        Id = received.Id,
        Type = received.Type,
        Source = received.Source,
        Subject = received.Subject,
        Key = received.Key,
        Time = received.Time,
        Attempt = received.Attempt,
        Position = received.Position,
        Headers = new Dictionary<string, string>(received.Headers, StringComparer.Ordinal),
        Data = data,
        Native = _plan.ChecksNative && _context.Fixture.HasNative(received),
        Token = token,
        StartedAt = _context.Now,
    };

    private async Task DisposeServicesAsync()
    {
        if (_disposed || _services is null) return;
        _disposed = true;
        await _context.WithinAsync(_services.DisposeAsync().AsTask(), "the container to be disposed", hurry: true).ConfigureAwait(false);
    }
}
