using System.Collections.Immutable;
using Confluent.Kafka;
using EventFabric.Drivers;
using EventFabric.Kafka.Configuration;
using EventFabric.Kafka.Receiving;
using EventFabric.Kafka.Sending;
using EventFabric.Kafka.Topology;
using Microsoft.Extensions.Logging;

namespace EventFabric.Kafka;

/// <summary>One configured cluster: its producers, a consumer for each receiver. The client reconnects by itself.</summary>
internal sealed class KafkaConnection : IBrokerConnection, ITopology
{
    private readonly BrokerContext _context;
    private readonly ClientSettings _settings;
    private readonly ILogger _logger;
    private readonly BrokerHealth _health;
    private readonly TokenSource? _tokens;
    private readonly Refusals _refusals;
    private readonly TopicAdmin _topics;
    private readonly Producers _producers;
    private TimeSpan _publishTimeout = TimeSpan.FromSeconds(30);
    private int _disposed;

    internal KafkaConnection(BrokerContext context, KafkaOptions options)
    {
        _context = context;
        _settings = new ClientSettings(options, context.MaxEventBytes);
        _logger = context.Loggers.CreateLogger("EventFabric.Kafka");
        _tokens = options.TokenProvider is { } provider ? new TokenSource(context.Name, provider, context.Time, _logger) : null;
        _refusals = new Refusals(context.Name);
        _topics = new TopicAdmin(() => _producers!.Usual.Handle, _refusals, context.Time);
        _producers = new Producers(_settings.MaxBatchBytes, Build);
        _health = new BrokerHealth(context, _logger, _topics.AskAsync);
    }

    public object? ReadChannel(SettingsReader settings) => KafkaChannel.Read(settings);

    public ImmutableArray<CapabilityCell> Resolve(ChannelPlan plan, ICollection<ConfigurationIssue> issues)
    {
        if (!TopicNames.IsLegal(plan.Address))
            issues.Add(new ConfigurationIssue("Address", $"\"{plan.Address}\" is no name of a topic; write letters, digits, '.', '_' and '-', at most {TopicNames.MaxLength}"));
        return KafkaTraits.Capabilities;
    }

    public string NameFor(ChannelPlan main, ChannelRole role, int tier) => TopicNames.Of(main, role, tier);

    public ErrorInfo Classify(Exception error) => KafkaErrors.Classify(error);

    public async ValueTask<ISender> OpenSenderAsync(ChannelPlan plan, CancellationToken cancellationToken)
    {
        _publishTimeout = plan.OperationTimeout;
        var partitions = await _topics.RequireAsync(plan.Address, plan.OperationTimeout, cancellationToken).ConfigureAwait(false);
        await _topics.RequireLeadersAsync(plan.Address, partitions, plan.OperationTimeout, cancellationToken).ConfigureAwait(false);
        var limit = await _topics.MaxBytesAsync(plan.Address, cancellationToken).ConfigureAwait(false);
        _health.Ready();
        return new KafkaSender(_producers.Of(limit), plan.Address, _settings.MaxRecordBytesOf(limit), _settings.Confirms);
    }

    public async ValueTask<IReceiver> OpenReceiverAsync(ChannelPlan plan, IReceiverEvents events, CancellationToken cancellationToken)
    {
        var partitions = await _topics.RequireAsync(plan.Address, plan.OperationTimeout, cancellationToken).ConfigureAwait(false);
        _health.Ready();
        var builder = new ConsumerBuilder<Slice, Slice>(_settings.Consumer(plan)).SetLogHandler((_, message) => Log(message));
        if (_tokens is not null)
            builder.SetOAuthBearerTokenRefreshHandler(_tokens.Refresh);
        var loop = new PollLoop(plan, events, new ConsumerParts(builder, partitions, _context.Time, _logger), _health);
        loop.Start();
        return new KafkaReceiver(loop);
    }

    public async ValueTask<ImmutableArray<TopologyItem>> InspectAsync(ImmutableArray<ChannelPlan> plans, CancellationToken cancellationToken)
    {
        var items = await _topics.InspectAsync(plans, cancellationToken).ConfigureAwait(false);
        _health.Ready();
        return items;
    }

    public async ValueTask ApplyAsync(ImmutableArray<TopologyItem> items, CancellationToken cancellationToken) =>
        await _topics.ApplyAsync(items, cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return default;
        _health.Dispose();
        _topics.Dispose();
        _producers.Dispose();
        return default;
    }

    private IProducer<SendRef, SendRef> Build(long maxBatchBytes)
    {
        var builder = new ProducerBuilder<SendRef, SendRef>(_settings.Producer(_publishTimeout, maxBatchBytes))
            .SetKeySerializer(new SendRefSerializer(isKey: true))
            .SetValueSerializer(new SendRefSerializer(isKey: false))
            .SetLogHandler((_, message) => Log(message))
            .SetErrorHandler((producer, error) => OnError(producer, error));
        if (_tokens is not null)
            builder.SetOAuthBearerTokenRefreshHandler(_tokens.Refresh);
        return builder.Build();
    }

    private void OnError(IProducer<SendRef, SendRef> producer, Error error)
    {
        _refusals.Note(error);
        if (error.IsFatal)
        {
            // It never sends again; the engine opens its senders anew on another.
            if (_producers.Retire(producer))
                _topics.Forget();
        }
        else if (error.Code == ErrorCode.Local_AllBrokersDown)
        {
            _health.Down(error);
        }
    }

    private void Log(LogMessage message)
    {
        // The client repeats itself several times a second while a broker is away; what matters of it is said once, by BrokerHealth.
        var level = message.Level <= SyslogLevel.Critical ? LogLevel.Warning : LogLevel.Debug;
        KafkaLog.Client(_logger, level, message.Facility, message.Message);
    }
}
