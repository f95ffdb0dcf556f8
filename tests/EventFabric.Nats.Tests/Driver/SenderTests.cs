using EventFabric.Drivers;
using EventFabric.Nats.Sending;
using EventFabric.Nats.Tests.Fixtures;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>What a server says to records, one by one.</summary>
public sealed class SenderTests : IAsyncDisposable
{
    private readonly RawNats _raw = new(NatsRun.Current.Server.Url);
    private readonly string _address = NatsHarness.NewAddress();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_record_is_told_where_it_is()
    {
        await using var nats = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        var outcomes = await nats.SendAsync(_address, [.. Enumerable.Range(0, 300).Select(static i => NatsHarness.Record($"k{i}", "b"))]);
        Assert.All(outcomes, static outcome => Assert.Equal((SendStatus.Accepted, null), (outcome.Status, outcome.Error)));
        Assert.Equal(Enumerable.Range(1, 300).Select(static i => (long)i), outcomes.Select(static outcome => outcome.Position.Major));
        foreach (var message in await _raw.MessagesAsync(_address, Token))
        {
            var key = message.Headers!["ce-partitionkey"].ToString();
            Assert.Equal($"{_address}.{KeyPartition.Of(System.Text.Encoding.UTF8.GetBytes(key), 4)}", message.Subject);
        }
    }

    [Fact]
    public async Task The_same_id_is_stored_once_and_a_copy_with_an_id_of_its_own_again()
    {
        await using var nats = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        var record = NatsHarness.Record("k", "b");
        var copy = record with { DedupId = "copy\r\nof it" };
        var outcomes = await nats.SendAsync(_address, record, record, copy, copy);
        Assert.Equal([SendStatus.Accepted, SendStatus.Duplicate, SendStatus.Accepted, SendStatus.Duplicate], outcomes.Select(static outcome => outcome.Status));
        Assert.Equal(outcomes[0].Position.Major, outcomes[1].Position.Major);
        Assert.Equal(2, (await _raw.MessagesAsync(_address, Token)).Count);
    }

    [Fact]
    public async Task A_header_of_an_event_that_is_named_as_one_of_the_servers_is_not_obeyed_and_arrives()
    {
        (string, string)[] headers = [("Nats-TTL", "1s"), ("Nats-Expected-Stream", "other"), ("Nats-Rollup", "all"), ("Nats-Msg-Id", "x"), ("Nats-Schedule", "@at nonsense"), ("nats-x", "y")];
        await using var nats = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        var record = NatsHarness.Record("k", "b", headers);
        Assert.Equal((SendStatus.Accepted, null), (await nats.SendAsync(_address, record)).Select(static outcome => (outcome.Status, outcome.Error)).Single());
        var stored = Assert.Single(await _raw.MessagesAsync(_address, Token));
        Assert.Equal(record.Id.ToString(), stored.Headers!["Nats-Msg-Id"]);
        Assert.DoesNotContain("Nats-TTL", stored.Headers.Keys);
        var received = Assert.Single(await (await nats.OpenAsync(NatsHarness.Plan(_address))).TakeAsync(1));
        Assert.Equal(headers, received.Headers.Select(static header => (header.Name, header.Value!)));
        Assert.All(headers, static header =>
        {
            var name = System.Text.Encoding.UTF8.GetBytes(header.Item1);
            Assert.Equal(WireText.Name(name).Length, WireText.NameLength(name));
        });
    }

    [Fact]
    public async Task What_is_behind_a_rejected_record_of_its_key_is_not_sent()
    {
        await using var nats = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        var outcomes = await nats.SendAsync(_address, NatsHarness.Record("a", "1"), NatsHarness.Record("b", new string('x', 1_100_000)), NatsHarness.Record("b", "after"), NatsHarness.Record("c", "2"));
        Assert.Equal([SendStatus.Accepted, SendStatus.Rejected, SendStatus.NotSent, SendStatus.Accepted], outcomes.Select(static outcome => outcome.Status));
        Assert.Equal(["1", "2"], (await BodiesAsync()).Order());
    }

    [Fact]
    public async Task An_answer_that_is_none_leaves_open_whether_the_record_is_stored()
    {
        // The stream is told to be silent, and somebody else answers.
        await _raw.JetStream.CreateStreamAsync(new StreamConfig(RawNats.StreamOf(_address), [.. Enumerable.Range(0, 4).Select(partition => $"{_address}.{partition}")]) { NoAck = true }, Token);
        await using var heard = await _raw.Connection.SubscribeCoreAsync<byte[]>($"{_address}.*", cancellationToken: Token);
        await _raw.Connection.PingAsync(Token);
        await using var nats = new NatsHarness();
        var sending = nats.SendAsync(_address, NatsHarness.Record("k", "b"));
        var message = await heard.Msgs.ReadAsync(Token).AsTask().WaitAsync(Wait.Patience);
        await message.ReplyAsync("what?"u8.ToArray(), cancellationToken: Token);
        var outcome = Assert.Single(await sending);
        Assert.Equal((SendStatus.Unknown, "The server's answer to a publish is no acknowledgement."), (outcome.Status, outcome.Error?.Message));
    }

    [Fact]
    public async Task A_stream_that_is_full_refuses_and_loses_nothing()
    {
        var config = new StreamConfig(RawNats.StreamOf(_address), [$"{_address}.0"]) { MaxMsgs = 2, Discard = StreamConfigDiscard.New };
        await _raw.JetStream.CreateStreamAsync(config, Token);
        await using var nats = new NatsHarness();
        var outcomes = await nats.SendAsync(_address, [.. Enumerable.Range(0, 4).Select(static i => NatsHarness.Record($"k{i}", $"{i}"))]);
        Assert.Equal([SendStatus.Accepted, SendStatus.Accepted, SendStatus.Rejected, SendStatus.Rejected], outcomes.Select(static outcome => outcome.Status));
        Assert.Equal(ErrorKind.Throttled, nats.Connection.Classify(outcomes[2].Error!).Kind);
        Assert.Equal(["0", "1"], (await _raw.MessagesAsync(_address, Token)).Select(static message => System.Text.Encoding.UTF8.GetString(message.Data!)));
    }

    [Fact]
    public async Task A_stream_that_is_deleted_under_a_sender_is_not_found()
    {
        await using var nats = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        await using var sender = await nats.Connection.OpenSenderAsync(NatsHarness.Plan(_address, group: null), Token);
        Assert.Equal(SendStatus.Accepted, (await NatsHarness.SendAsync(sender, NatsHarness.Record("k", "b")))[0].Status);
        await _raw.JetStream.DeleteStreamAsync(RawNats.StreamOf(_address), Token);
        var outcomes = await NatsHarness.SendAsync(sender, NatsHarness.Record("k", "b"), NatsHarness.Record("k", "c"));
        Assert.All(outcomes, static outcome => Assert.Equal(SendStatus.NotSent, outcome.Status));
        Assert.Equal(ErrorKind.NotFound, nats.Connection.Classify(outcomes[0].Error!).Kind);
    }

    [Fact]
    public async Task A_stream_that_is_not_there_opens_neither_way_and_the_error_says_what_to_do()
    {
        await using var nats = new NatsHarness();
        var plan = NatsHarness.Plan("nowhere.1");
        var send = await Assert.ThrowsAsync<NatsJSApiException>(async () => await nats.Connection.OpenSenderAsync(plan, Token));
        var receive = await Assert.ThrowsAsync<NatsJSApiException>(async () => await nats.Connection.OpenReceiverAsync(plan, new RecordingEvents(), Token));
        Assert.Contains("The stream \"nowhere_1\" of the address \"nowhere.1\" does not exist. With Provisioning Create the library makes it.", send.Message, StringComparison.Ordinal);
        Assert.Equal(send.Message, receive.Message);
        Assert.Equal(ErrorKind.NotFound, nats.Connection.Classify(send).Kind);
    }

    [Fact]
    public async Task A_record_of_the_largest_size_that_is_measured_is_accepted()
    {
        await using var nats = new NatsHarness();
        var plan = NatsHarness.Plan(_address);
        await nats.CreateAsync(plan);
        await using var sender = await nats.Connection.OpenSenderAsync(plan with { Role = ChannelRole.DeadLetter }, Token);
        var record = NatsHarness.Record("schlüssel", "", ("x%", " ä\r\n "), ("ce-id", "1"));
        record.Body = new byte[sender.Traits.MaxRecordBytes - sender.Measure(in record)];
        var outcome = (await NatsHarness.SendAsync(sender, record))[0];
        Assert.True(outcome.Status == SendStatus.Accepted, $"{outcome.Status} {outcome.Error?.Message}");
    }

    [Fact]
    public async Task Two_delayed_records_of_one_key_both_arrive_at_their_time_and_one_that_expires_goes()
    {
        await using var nats = new NatsHarness();
        await nats.CreateAsync(NatsHarness.Plan(_address));
        var at = DateTimeOffset.UtcNow.AddSeconds(2).ToUnixTimeMilliseconds();
        var delayed = Enumerable.Range(0, 2).Select(number => NatsHarness.Record("k", $"late {number}") with { DeliverAtMs = at }).ToArray();
        var expiring = NatsHarness.Record("k", "short") with { ExpiresAtMs = DateTimeOffset.UtcNow.AddMilliseconds(4_500).ToUnixTimeMilliseconds() };
        Assert.All(await nats.SendAsync(_address, [.. delayed, expiring]), static outcome => Assert.True(outcome.Status == SendStatus.Accepted, $"{outcome.Error}"));
        // What waits has its time in the server's own clock, below; what expires is there until then, on a slow machine too.
        Assert.Contains("short", await BodiesAsync());
        for (var bodies = await BodiesAsync(); bodies.Count < 2 || bodies.Contains("short"); bodies = await BodiesAsync())
            Assert.True(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() < at + 20_000, $"seen: {string.Join(", ", bodies)}");
        Assert.Equal(["late 0", "late 1"], (await BodiesAsync()).Order());
        var receiver = await nats.OpenAsync(NatsHarness.Plan(_address));
        Assert.All(await receiver.TakeAsync(2), received => Assert.InRange(received.BrokerTimeMs, at - 50, at + 20_000));
    }

    public ValueTask DisposeAsync() => _raw.DisposeAsync();

    private async Task<List<string>> BodiesAsync() => [.. (await _raw.MessagesAsync(_address, Token)).Select(static message => System.Text.Encoding.UTF8.GetString(message.Data ?? []))];
}
