using System.Diagnostics.Metrics;
using EventFabric.Configuration.Plans;
using EventFabric.Configuration.Reading;
using EventFabric.Configuration.Startup;
using EventFabric.Diagnostics;
using EventFabric.Publishing;
using EventFabric.Scheduling;
using EventFabric.Serialization;
using EventFabric.Subscribing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventFabric.Configuration;

/// <summary>What <c>AddEventFabric</c> puts into the container. All singletons, made on first use.</summary>
internal static class FabricServices
{
    public static void AddConfiguration(this IServiceCollection services, FabricRegistrations registrations)
    {
        services.AddOptions();
        services.AddSingleton(registrations);
        services.AddSingleton(static services => new FabricConfiguration(
            services.GetRequiredService<FabricRegistrations>(),
            services.GetService<IConfiguration>()));
        services.TryAddSingleton<WorkScheduler>(static services => new ThreadPoolScheduler(services.GetService<TimeProvider>() ?? TimeProvider.System));
        AddOptions<EventFabricOptions>(services, static (configuration, _, session) => configuration.ReadRoot(session));
        AddOptions<BrokerOptions>(services, static (configuration, name, session) => configuration.ReadBroker(name, session));
        AddOptions<ChannelOptions>(services, static (configuration, name, session) => configuration.ReadChannel(name, session));
        AddOptions<SubscriptionOptions>(services, static (configuration, name, session) => configuration.ReadSubscription(name, session));
        services.AddSingleton<PlanCheck>();
        services.AddSingleton(static services => new FabricPlanSource(new PlanBuilder(
            services,
            services.GetRequiredService<FabricRegistrations>(),
            services.GetRequiredService<FabricConfiguration>(),
            services.GetRequiredService<PlanCheck>(),
            services.Loggers())));
        services.AddSingleton(static services => new Provisioner(
            services.GetRequiredService<FabricPlanSource>(),
            services.GetRequiredService<FabricRegistrations>(),
            services.GetRequiredService<FabricConfiguration>(),
            services.Loggers().CreateLogger<Provisioner>()));
        services.AddSingleton(static services => new FabricRuntime(
            services.GetRequiredService<FabricPlanSource>(),
            services.GetRequiredService<Provisioner>(),
            services.GetRequiredService<WorkScheduler>(),
            services.Loggers()));
        services.AddSingleton(static services => new EventTypeRegistry(services.GetRequiredService<FabricRegistrations>(), services));
        services.AddSingleton(static services => new PayloadEncoder(services.GetRequiredService<EventTypeRegistry>()));
        services.AddSingleton<IEventPublisher>(static services => new EventPublisher(
            services.GetRequiredService<FabricRuntime>(),
            services.GetRequiredService<EventTypeRegistry>(),
            services.GetRequiredService<PayloadEncoder>(),
            [.. services.GetRequiredService<FabricRegistrations>().PublishMiddleware.Select(create => create(services))],
            services.GetRequiredService<WorkScheduler>().Time));
        services.AddSingleton(static services => new PayloadDecoders(
            services.GetRequiredService<FabricRegistrations>(),
            services.GetRequiredService<EventTypeRegistry>()));
        services.AddSingleton(static services => new FabricMetrics(services.GetService<IMeterFactory>()));
        services.AddSingleton<ISubscriptionLoopFactory>(static services => new SubscriptionLoopFactory(
            services,
            services.GetRequiredService<FabricRegistrations>(),
            services.GetRequiredService<FabricRuntime>(),
            services.GetRequiredService<PayloadDecoders>(),
            services.GetRequiredService<PlanCheck>(),
            services.GetRequiredService<WorkScheduler>(),
            services.GetRequiredService<FabricMetrics>()));
        services.AddSingleton<IHostedService>(static services => new FabricHostedService(
            services.GetRequiredService<FabricPlanSource>(),
            services.GetRequiredService<FabricRegistrations>(),
            services.GetRequiredService<FabricRuntime>().Provisioner,
            services.GetRequiredService<ISubscriptionLoopFactory>(),
            services.GetRequiredService<WorkScheduler>(),
            services.Loggers().CreateLogger<FabricHostedService>()));
    }

    /// <summary>The application's loggers; none where it has no logging, since a publisher needs no host.</summary>
    public static ILoggerFactory Loggers(this IServiceProvider services) => services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;

    private static void AddOptions<T>(IServiceCollection services, Func<FabricConfiguration, string, SettingsSession, T> read)
        where T : class, new() =>
        services.TryAddSingleton<IOptionsFactory<T>>(services => new FileOptionsFactory<T>(
            name => read(services.GetRequiredService<FabricConfiguration>(), name, new SettingsSession(SettingsPass.File)),
            services.GetServices<IConfigureOptions<T>>(),
            services.GetServices<IPostConfigureOptions<T>>(),
            services.GetServices<IValidateOptions<T>>()));
}
