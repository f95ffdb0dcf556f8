using EventFabric.Drivers;
using EventFabric.Nats.Tests.Fixtures;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>Consumers of a group's name that somebody else made: what would lose events, or their order, is refused with the property that does.</summary>
public sealed class ForeignConsumerTests : IAsyncDisposable
{
    private readonly string _address = NatsHarness.NewAddress();
    private readonly RawNats _raw = new(NatsRun.Current.Server.Url);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, OrderingMode> Consumers => new()
    {
        { "priority_policy none", OrderingMode.PerKey },
        { "priority_timeout 00:02:00", OrderingMode.PerKey },
        { "ack_policy Explicit", OrderingMode.PerKey },
        { "max_deliver 3", OrderingMode.None },
        { "filter_subject ADDRESS.0", OrderingMode.None },
        { "ack_wait 00:00:31", OrderingMode.None },
        { "deliver_subject somewhere", OrderingMode.None },
        { "headers_only true", OrderingMode.None },
        { "backoff 00:00:30 00:01:00", OrderingMode.None },
        { "inactive_threshold 00:01:00", OrderingMode.None },
    };

    [Theory]
    [MemberData(nameof(Consumers))]
    public async Task What_is_made_otherwise_is_refused(string what, OrderingMode ordering)
    {
        var plan = NatsHarness.Plan(_address, ordering: ordering);
        await using var nats = new NatsHarness();
        await nats.CreateAsync(plan);
        var config = Spoil(ordering == OrderingMode.PerKey ? Owned() : Shared(), what.Split(' ')[0]);
        await _raw.JetStream.CreateConsumerAsync(RawNats.StreamOf(_address), config, Token);
        var error = await Assert.ThrowsAsync<NatsJSApiException>(async () => await nats.Connection.OpenReceiverAsync(plan, new RecordingEvents(), Token));
        Assert.Contains($"has {what.Replace("ADDRESS", _address, StringComparison.Ordinal)}; the group \"g\" needs", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Invalid, nats.Connection.Classify(error).Kind);
    }

    [Theory]
    [InlineData(OrderingMode.PerKey)]
    [InlineData(OrderingMode.None)]
    public async Task What_is_made_as_the_library_makes_it_is_taken(OrderingMode ordering)
    {
        var plan = NatsHarness.Plan(_address, ordering: ordering);
        await using var nats = new NatsHarness();
        await nats.CreateAsync(plan);
        await _raw.JetStream.CreateConsumerAsync(RawNats.StreamOf(_address), ordering == OrderingMode.PerKey ? Owned() : Shared(), Token);
        await nats.SendAsync(_address, NatsHarness.Record("k", "b"));
        await (await nats.OpenAsync(plan)).TakeAsync(1);
    }

    public ValueTask DisposeAsync() => _raw.DisposeAsync();

    private static ConsumerConfig Spoil(ConsumerConfig config, string property) => property switch
    {
        "priority_policy" => config with { PriorityPolicy = null, PriorityGroups = null, PinnedTTL = default },
        "priority_timeout" => config with { PinnedTTL = TimeSpan.FromMinutes(2) },
        "ack_policy" => config with { AckPolicy = ConsumerConfigAckPolicy.Explicit },
        "max_deliver" => config with { MaxDeliver = 3 },
        "filter_subject" => config with { FilterSubject = config.FilterSubject!.Replace('*', '0') },
        "ack_wait" => config with { AckWait = TimeSpan.FromSeconds(31) },
        "deliver_subject" => config with { DeliverSubject = "somewhere" },
        "headers_only" => config with { HeadersOnly = true },
        "backoff" => config with { Backoff = [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1)] },
        _ => config with { InactiveThreshold = TimeSpan.FromMinutes(1) },
    };

    private ConsumerConfig Shared() => new("g") { FilterSubject = $"{_address}.*", AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(30) };

    private ConsumerConfig Owned() => new("g=p0")
    {
        FilterSubject = $"{_address}.0",
        AckPolicy = ConsumerConfigAckPolicy.All,
        AckWait = TimeSpan.FromDays(1),
        MaxAckPending = -1,
        PriorityPolicy = ConsumerConfigPriorityPolicy.PinnedClient,
        PriorityGroups = ["owner"],
        PinnedTTL = TimeSpan.FromDays(1),
    };
}
