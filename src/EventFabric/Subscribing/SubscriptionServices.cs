using EventFabric.Configuration.Plans;
using EventFabric.Diagnostics;
using EventFabric.Drivers;
using EventFabric.Publishing;
using EventFabric.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventFabric.Subscribing;

/// <summary>What a subscription needs from outside of it.</summary>
internal sealed record SubscriptionServices(
    IServiceScopeFactory Scopes,
    WorkScheduler Scheduler,
    FabricMetrics Metrics,
    ILogger Logger,
    PlanCheck Check,
    IReadOnlyList<Type> DeadLetterOn,
    ForwardRecords Forward);

/// <summary>Publishes a copy to the channel of a sender's plan; ends when the broker has it.</summary>
internal delegate ValueTask<PublishResult> ForwardRecords(ChannelPlan to, in ForwardRecord record, CancellationToken cancellationToken);
