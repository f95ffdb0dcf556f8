using Xunit;

namespace EventFabric.Tests.Publishing;

public sealed class RoutingTests
{
    private readonly PublisherRig _rig = new PublisherRig().Opened();

    [Fact]
    public async Task The_runtime_type_selects_type_channel_and_key()
    {
        IShopEvent placed = new Placed("o-1");
        object cancelled = new Cancelled("o-2");

        var first = await _rig.Publish(placed);
        await _rig.Publish(cancelled);

        Assert.Equal(["o-1", "o-2"], _rig.Broker.Stored.Select(static record => record.Key));
        Assert.Equal("""{"orderId":"o-1"}""", _rig.Broker.Stored[0].Body);
        Assert.Contains("ce_type=placed", _rig.Broker.Headers[0]);
        Assert.Contains("ce_type=cancelled", _rig.Broker.Headers[1]);
        Assert.Contains("ce_source=/shop", _rig.Broker.Headers[0]);
        Assert.Contains($"ce_id={first.Id}", _rig.Broker.Headers[0]);
        Assert.Equal("orders", first.Position!.Value.Channel);
    }

    [Fact]
    public async Task Where_only_the_declared_type_is_added_it_is_that_one()
    {
        await _rig.Publish<Placed>(new PlacedTwice("o-1", "again"));

        Assert.Contains("ce_type=placed", _rig.Broker.Headers[0]);
        Assert.Equal("""{"orderId":"o-1"}""", _rig.Broker.Stored[0].Body);
    }

    [Fact]
    public async Task A_type_that_was_not_added_is_refused_with_the_call_that_is_missing()
    {
        var exact = await Assert.ThrowsAsync<InvalidOperationException>(() => _rig.Publish(new Unknown("x")));
        Assert.Equal(
            "EventFabric.Tests.Publishing.Unknown was not added. Call AddEvent<Unknown>(channel) where EventFabric is added to the services.", exact.Message);

        var declared = await Assert.ThrowsAsync<InvalidOperationException>(() => _rig.Publish<IShopEvent>(new Unknown("x")));
        Assert.Equal(
            "Neither EventFabric.Tests.Publishing.Unknown nor EventFabric.Tests.Publishing.IShopEvent was added. " +
            "Call AddEvent<Unknown>(channel) where EventFabric is added to the services.",
            declared.Message);
        Assert.Empty(_rig.Broker.Calls);
    }

    [Fact]
    public async Task A_type_without_a_channel_needs_one_in_the_options()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => _rig.Publish(new Homeless("x")));
        Assert.Equal(
            "EventFabric.Tests.Publishing.Homeless has no channel to be published to. Call AddEvent<Homeless>(channel), or set PublishOptions.Channel.", refused.Message);

        var published = _rig.Publish(new Homeless("x"), new PublishOptions { Channel = "audit" });
        _rig.Run();
        Assert.Equal("audit", (await published).Position!.Value.Channel);
    }

    [Fact]
    public async Task A_channel_that_does_not_stand_in_the_configuration_is_refused_with_the_nearest_name()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _rig.Publish(new Note("x"), new PublishOptions { Channel = "ordes" }));

        Assert.Equal("PublishOptions.Channel is \"ordes\", and EventFabric:Channels:ordes does not stand in the configuration: did you mean \"orders\"?", refused.Message);
    }

    [Fact]
    public async Task The_options_say_what_differs()
    {
        var time = new DateTimeOffset(2026, 11, 24, 12, 30, 0, TimeSpan.FromHours(2));
        var result = await _rig.Publish(new Placed("o-1"), new PublishOptions
        {
            Key = "other",
            Id = "my-id",
            Subject = "things",
            Time = time,
            Headers = new Dictionary<string, string> { ["tenant"] = "t1", ["X-Trace"] = "42" },
        });

        Assert.Equal("my-id", result.Id);
        Assert.Equal("other", _rig.Broker.Stored[0].Key);
        var headers = _rig.Broker.Headers[0];
        Assert.Contains("ce_id=my-id", headers);
        Assert.Contains("ce_subject=things", headers);
        Assert.Contains("ce_time=2026-11-24T12:30:00+02:00", headers);
        Assert.Contains("ce_tenant=t1", headers);
        Assert.Contains("X-Trace=42", headers);
    }

    [Fact]
    public async Task Id_and_time_are_made_where_nobody_gives_them()
    {
        var first = await _rig.Publish(new Note("a"));
        var second = await _rig.Publish(new Note("b"));

        Assert.Equal('7', first.Id[14]);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Contains("ce_time=2026-01-01T00:00:00.000Z", _rig.Broker.Headers[0]);
    }

    [Fact]
    public async Task A_tombstone_is_a_key_and_a_null_body()
    {
        var published = _rig.Publish(new Tombstone("o-1"), new PublishOptions { Channel = "orders" });
        _rig.Run();
        await published;

        var call = Assert.Single(_rig.Broker.Calls);
        Assert.Equal("o-1", call.Records[0].Key);
        Assert.True(call.Flags[0].HasFlag(EventFabric.Drivers.RecordFlags.NullBody));
        Assert.Contains("ce_type=eventfabric.tombstone", call.Headers[0]);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _rig.Publish(new Tombstone(null!), new PublishOptions { Channel = "orders" }));
        Assert.Equal("A tombstone needs a key: Tombstone.Key is null.", refused.Message);
    }

    [Fact]
    public async Task A_tombstone_is_refused_where_the_broker_carries_none()
    {
        _rig.Broker.Tombstone = EventFabric.Drivers.Support.Unsupported;

        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => _rig.Publish(new Tombstone("o-1"), new PublishOptions { Channel = "orders" }));

        Assert.StartsWith("Channel \"orders\" cannot carry a tombstone: broker \"default\" (Scripted) has no null body.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_structured_channel_wraps_the_data()
    {
        var published = _rig.Publish(new Placed("o-1"), new PublishOptions { Channel = "structured", Id = "i" });
        _rig.Run();
        await published;

        Assert.StartsWith("""{"specversion":"1.0","id":"i",""", _rig.Broker.Stored[0].Body, StringComparison.Ordinal);
        Assert.Contains("""data":{"orderId":"o-1"}""", _rig.Broker.Stored[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Null_data_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => _rig.Publish<Note>(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _rig.Publisher.PublishBatchAsync<Note>(null!));
    }

    public static TheoryData<string, PublishOptions> Refused => new()
    {
        { "PublishOptions.Id is empty. Leave it null instead.", new PublishOptions { Id = "" } },
        { "PublishOptions.Subject is empty. Leave it null instead.", new PublishOptions { Subject = "" } },
        { "PublishOptions.Channel is empty. Leave it null instead.", new PublishOptions { Channel = "" } },
        { "PublishOptions.Id is no valid Unicode: it has half of a surrogate pair.", new PublishOptions { Id = "\ud800" } },
        { "The key is no valid Unicode: it has half of a surrogate pair.", new PublishOptions { Key = "a\udc00" } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_value_that_is_not_valid_is_refused(string message, PublishOptions options)
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _rig.Publish(new Note("x"), options));

        Assert.Equal(message, refused.Message);
        Assert.Empty(_rig.Broker.Calls);
    }

    [Theory]
    [InlineData("ce_id")]
    [InlineData("ce-anything")]
    [InlineData("cloudEvents_x")]
    [InlineData("cloudEvents:x")]
    [InlineData("ef-reason")]
    [InlineData("Nats-Msg-Id")]
    [InlineData("subject")]
    [InlineData("partitionkey")]
    [InlineData("traceparent")]
    [InlineData("tracestate")]
    public async Task A_reserved_header_is_refused(string name)
    {
        var options = new PublishOptions { Headers = new Dictionary<string, string> { [name] = "x" } };

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _rig.Publish(new Note("x"), options));

        Assert.StartsWith($"The header name '{name}' is reserved.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delivery_times_are_not_supported_yet()
    {
        var deliverAt = await Assert.ThrowsAsync<NotSupportedException>(() => _rig.Publish(new Note("x"), new PublishOptions { DeliverAt = DateTimeOffset.UnixEpoch }));
        Assert.Equal(
            "PublishOptions.DeliverAt is not available in this version: delayed delivery (Channels:{channel}:DelayedDelivery) comes in a later one. Leave it out.",
            deliverAt.Message);
        var expiresAt = await Assert.ThrowsAsync<NotSupportedException>(() => _rig.Publish(new Note("x"), new PublishOptions { ExpiresAt = DateTimeOffset.UnixEpoch }));
        Assert.Equal("PublishOptions.ExpiresAt is not available in this version: expiry comes in a later one. Leave it out.", expiresAt.Message);
    }

    [Fact]
    public async Task An_event_above_the_limit_is_refused_and_not_sent()
    {
        var low = 0;
        var high = 5000;
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (await Fits(middle))
                low = middle;
            else
                high = middle;
        }

        _rig.Broker.Calls.Clear();
        var refused = await ChannelRig.Failed(_rig.Publish(new Note(new string('x', high))));

        Assert.Equal(EventFabricErrorKind.TooLarge, refused.Kind);
        Assert.Equal(
            "The event has 4097 bytes for channel \"orders\", body and headers as the broker counts them; the limit is 4096 (EventFabric:MaxEventBytes). " +
            "Nothing was sent. Keep large data elsewhere and publish a reference to it.",
            refused.Message);
        Assert.Empty(_rig.Broker.Calls);

        async Task<bool> Fits(int length)
        {
            try
            {
                await _rig.Publish(new Note(new string('x', length)));
                return true;
            }
            catch (PublishException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_brokers_own_lower_limit_leaves_room_for_the_headers_of_a_dead_letter()
    {
        var rig = new PublisherRig(broker: new ScriptedBroker { Traits = ScriptedBroker.DefaultTraits with { MaxRecordBytes = 8192 + 1000 } }).Opened();

        var refused = await ChannelRig.Failed(rig.Publish(new Note(new string('x', 1000))));

        Assert.Contains("the limit is 1000 (what the broker takes, less 8192 for the headers of a dead letter)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_more_than_a_chunk_arrives_whole()
    {
        var rig = new ChannelRig().Opened();
        var body = string.Concat(Enumerable.Range(0, 30_000).Select(static i => $"{i} "));

        await rig.Publish(body);

        Assert.Equal(body, rig.Broker.Stored[0].Body);
    }

    [Fact]
    public async Task A_serializer_that_throws_is_a_serialization_failure_and_nothing_is_sent()
    {
        var failed = await ChannelRig.Failed(_rig.Publish(new Measured(1, -1)));

        Assert.Equal(EventFabricErrorKind.Serialization, failed.Kind);
        Assert.IsType<FormatException>(failed.InnerException);
        Assert.Single(failed.Results);
        Assert.Empty(_rig.Broker.Calls);
    }

    [Fact]
    public async Task A_serializer_may_suspend_and_set_headers()
    {
        MeasuredSerializer.Released = new TaskCompletionSource();
        var late = _rig.Publish(new Measured(1, 2_000_000));
        await _rig.Publish(new Note("meanwhile"));
        Assert.False(late.IsCompleted);

        MeasuredSerializer.Released.SetResult();
        await late;

        Assert.Contains("ce_late=yes", _rig.Broker.Headers[^1]);
    }

    [Fact]
    public async Task After_the_container_is_disposed_publishing_says_so()
    {
        var disposal = _rig.Services.DisposeAsync().AsTask();
        _rig.Run();
        await disposal;

        await Assert.ThrowsAsync<ObjectDisposedException>(() => _rig.Publish(new Note("x")));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _rig.Publish(new Note("x"), new PublishOptions { Channel = "audit" }));
    }
}
