using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Plays an engine whose publishing side has a fault; what is not given is right.</summary>
internal sealed class FaultyPublisher(IEventPublisher inner, FaultyPublisher.Faults faults) : IEventPublisher
{
    internal sealed class Faults
    {
        /// <summary>What comes of one publish.</summary>
        public Func<Func<CancellationToken, Task<PublishResult>>, CancellationToken, Task<PublishResult>>? Single { get; init; }

        /// <summary>What comes of a batch.</summary>
        public Func<Func<CancellationToken, Task<IReadOnlyList<PublishResult>>>, CancellationToken, Task<IReadOnlyList<PublishResult>>>? Batch { get; init; }
    }

    public async ValueTask<PublishResult> PublishAsync<T>(T data, PublishOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull => faults.Single is { } fault
        ? await fault(token => inner.PublishAsync(data, options, token).AsTask(), cancellationToken)
        : await inner.PublishAsync(data, options, cancellationToken);

    public async Task<IReadOnlyList<PublishResult>> PublishBatchAsync<T>(
        IEnumerable<T> events,
        Func<T, PublishOptions?>? options = null,
        CancellationToken cancellationToken = default)
        where T : notnull => faults.Batch is { } fault
        ? await fault(token => inner.PublishBatchAsync(events, options, token), cancellationToken)
        : await inner.PublishBatchAsync(events, options, cancellationToken);

    internal static Action<IEventFabricBuilder> With(Faults faults) => builder =>
    {
        for (var index = 0; index < builder.Services.Count; index++)
        {
            var known = builder.Services[index];
            if (known.ServiceType != typeof(IEventPublisher)) continue;
            builder.Services[index] = ServiceDescriptor.Singleton<IEventPublisher>(services => new FaultyPublisher(
                (IEventPublisher)(known.ImplementationInstance ?? known.ImplementationFactory?.Invoke(services) ?? ActivatorUtilities.CreateInstance(services, known.ImplementationType!)),
                faults));
        }
    };
}
