using EventFabric.Configuration;
using EventFabric.Configuration.Plans;
using EventFabric.Diagnostics;
using EventFabric.Drivers;
using EventFabric.Publishing;
using EventFabric.Scheduling;
using EventFabric.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace EventFabric.Subscribing;

/// <summary>Makes the running form of a subscription from its plan and what the builder collected.</summary>
internal sealed class SubscriptionLoopFactory(
    IServiceProvider services,
    FabricRegistrations registrations,
    FabricRuntime runtime,
    PayloadDecoders decoders,
    PlanCheck check,
    WorkScheduler scheduler,
    FabricMetrics metrics) : ISubscriptionLoopFactory
{
    public ISubscriptionLoop Create(SubscriptionPlan plan)
    {
        var shared = new SubscriptionServices(
            services.GetRequiredService<IServiceScopeFactory>(),
            scheduler,
            metrics,
            services.Loggers().CreateLogger("EventFabric.Subscribing"),
            check,
            [.. registrations.DeadLetterRules.Where(rule => rule.Subscription is null || Same(rule.Subscription, plan.Name)).Select(rule => rule.Exception)],
            (ChannelPlan to, in ForwardRecord record, CancellationToken cancellationToken) => runtime.GetPublisher(plan.Channel.Broker, to).ForwardAsync(record, cancellationToken));
        return new SubscriptionLoop(new SubscriptionCore(plan, Table(plan), shared));
    }

    private HandlerTable Table(SubscriptionPlan plan)
    {
        List<WireBinding> all = [];
        var count = 0;
        foreach (var registration in registrations.Handlers.Where(registration => Same(registration.Subscription, plan.Name)))
        {
            var binding = new HandlerBinding(services, decoders, registrations.HandlerMiddleware, IsSingleton, count++);
            all.AddRange(registration.Bind(binding));
        }

        // A handler of the older type itself comes before one that an upcaster leads to, in whatever order they were added.
        var bindings = new Dictionary<string, TypeBinding>(StringComparer.Ordinal);
        foreach (var (wireType, _, handler) in all.OrderBy(static each => each.IsUpcast))
            bindings.TryAdd(wireType, handler);
        return new HandlerTable(bindings, count);
    }

    private bool IsSingleton(Type handler) =>
        registrations.Services.LastOrDefault(service => service.ServiceType == handler && !service.IsKeyedService)?.Lifetime == ServiceLifetime.Singleton;

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
