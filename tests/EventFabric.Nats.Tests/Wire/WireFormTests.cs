using System.Buffers;
using System.Text;
using EventFabric.Drivers;
using EventFabric.Nats.Receiving;
using EventFabric.Nats.Sending;
using NATS.Client.JetStream;
using Xunit;

namespace EventFabric.Nats.Tests.Wire;

/// <summary>What goes over the wire, and what may come: captured forms, and broken ones.</summary>
public sealed class WireFormTests
{
    [Theory]
    [InlineData("$JS.ACK.orders.billing=p0.1.42.7.1700000000123456789.5", 1, 42, 7, 1700000000123, 5)]
    [InlineData("$JS.ACK.hub.ACCOUNT.orders.billing.3.42.7.1700000000123456789.0", 3, 42, 7, 1700000000123, 0)]
    [InlineData("$JS.ACK._.ACCOUNT.orders.billing.3.42.7.1700000000123456789.0.aB3xYz", 3, 42, 7, 1700000000123, 0)]
    public void The_subject_of_an_acknowledgement_says_where_a_record_is(string subject, int delivered, long sequence, long number, long time, long pending)
    {
        Assert.True(AckSubject.TryParse(subject, out var ack));
        Assert.Equal(new AckSubject(delivered, sequence, number, time, pending), ack);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$JS.ACK.")]
    [InlineData("$JS.ACK.orders.billing.1.2.3.4")]
    [InlineData("$JS.ACK.orders.billing.one.2.3.4.5")]
    [InlineData("$JS.ACK.orders.billing.1.2.3.4.5.6")]
    [InlineData("$JS.ACK.orders.billing.-1.2.3.4.5")]
    [InlineData("$JS.ACK.a.b.c.d.1.99999999999999999999.3.4.5")]
    [InlineData("$JS.ACK.a.b.c.d.1.2.3.4.5.6.7.8.9.10.11.12")]
    [InlineData("_INBOX.a.b.1.2.3.4.5.6")]
    public void What_is_no_subject_of_an_acknowledgement_is_none(string subject) =>
        Assert.True(!AckSubject.TryParse(subject, out var ack) || ack == new AckSubject(1, 2, 3, 0, 5), $"{subject} was read as {ack}");

    [Theory]
    [InlineData("""{"stream":"orders","seq":17}""", 17, false)]
    [InlineData("""{"stream":"orders","domain":"hub","seq":3,"duplicate": true}""", 3, true)]
    [InlineData("""{"later":{"a":[1,2,{"b":null}]},"stream":"orders","seq":4}""", 4, false)]
    public void An_acknowledgement_gives_the_sequence(string json, long sequence, bool duplicate) =>
        Assert.Equal(new PubAck(sequence, duplicate, null), PubAck.Parse(Bytes(json)));

    [Fact]
    public void A_refusal_gives_the_servers_error()
    {
        var ack = PubAck.Parse(Bytes("""{"error":{"code":400,"err_code":10077,"description":"maximum messages exceeded"},"stream":"orders","seq":0}"""));
        var error = Assert.IsType<NatsJSApiException>(ack.Error);
        Assert.Equal((400, 10077, "maximum messages exceeded"), (error.Error.Code, error.Error.ErrCode, error.Error.Description));
        Assert.Equal(ErrorKind.Throttled, NatsErrors.Classify(error).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+OK")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"seq":"x"}""")]
    [InlineData("""{"seq":0}""")]
    [InlineData("""{"seq":99999999999999999999}""")]
    [InlineData("""{"error":7}""")]
    public void An_answer_that_is_no_acknowledgement_is_an_error(string text) => Assert.NotNull(PubAck.Parse(Bytes(text)).Error);

    [Theory]
    [InlineData("NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 1\r\n\r\n", 100, "Idle Heartbeat")]
    [InlineData("NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 5\r\n\r\n", 408, "Request Timeout")]
    [InlineData("NATS/1.0 409 Consumer Deleted\r\n\r\n", 409, "Consumer Deleted")]
    [InlineData("NATS/1.0 503\r\n\r\n", 503, "")]
    public void A_status_is_read_from_the_version_line(string headers, int code, string text) => Assert.Equal(new PullStatus(code, text), PullStatus.Parse(Bytes(headers)));

    [Theory]
    [InlineData("NATS/1.0\r\nce-id: 1\r\n\r\n")]
    [InlineData("NATS/1.0 abc\r\n\r\n")]
    [InlineData("")]
    public void A_message_without_a_status_has_none(string headers) => Assert.Null(PullStatus.Parse(Bytes(headers)));

    [Fact]
    public void Any_name_and_value_come_back_byte_for_byte()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (name, value) = (Random(random, 1 + random.Next(12)), Random(random, random.Next(24)));
            var record = OverTheWire(name, value);
            var read = Assert.Single(Headers(record));
            Assert.True(read.Name.AsSpan().SequenceEqual(name) && read.Value.AsSpan().SequenceEqual(value), $"seed {seed}: {Convert.ToHexString(name)}: {Convert.ToHexString(value)} became {Convert.ToHexString(read.Name)}: {Convert.ToHexString(read.Value)}");
        }
    }

    [Fact]
    public void Headers_of_the_server_are_not_the_events()
    {
        var record = Read("NATS/1.0\r\nNats-Msg-Id: 7\r\nNats-Pin-Id: x\r\nce-id: 7\r\nx: 1\r\nx:2\r\nno colon\r\n: no name\r\nce-partitionkey: a%20b\r\n\r\n");
        Assert.Equal(["ce-id: 7", "x: 1", "x: 2"], Headers(record).Select(static header => $"{Encoding.UTF8.GetString(header.Name)}: {Encoding.UTF8.GetString(header.Value)}"));
        Assert.Equal("a b", Encoding.UTF8.GetString(record.Key.Span));
        Assert.Equal(RecordFlags.HasKey, record.Flags);
    }

    [Theory]
    [InlineData("+ abc 0,3,12", "abc", false)]
    [InlineData("+ abc ", "abc", false)]
    [InlineData("- abc", "abc", true)]
    public void A_word_of_a_member_is_read(string text, string id, bool leaves)
    {
        var word = MemberWord.Parse(Bytes(text))!;
        Assert.Equal((id, leaves), (word.Id, word.IsLeaving));
        var again = MemberWord.Parse(new ReadOnlySequence<byte>(word.ToBytes()))!;
        Assert.Equal((word.Id, word.IsLeaving, string.Join(',', word.Held)), (again.Id, again.IsLeaving, string.Join(',', again.Held)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("+ ")]
    [InlineData("* abc")]
    [InlineData("+ abc 1,x")]
    [InlineData("+ abc -1")]
    [InlineData("+ abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcde 1")]
    public void What_is_no_word_of_a_member_is_none(string text) => Assert.Null(MemberWord.Parse(Bytes(text)));

    private static byte[] Random(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        // Names that begin so have a meaning of their own; a byte of zero is refused by servers.
        for (var i = 0; i < length; i++)
            bytes[i] = bytes[i] == 0 ? (byte)'z' : bytes[i];
        if (length > 1 && bytes[1] is (byte)'e' or (byte)'a')
            bytes[1] = (byte)'q';
        return bytes;
    }

    private static InboundRecord OverTheWire(byte[] name, byte[] value) =>
        Read(new ReadOnlySequence<byte>([.. "NATS/1.0\r\n"u8, .. Encoding.Latin1.GetBytes($"{WireText.Name(name)}: {WireText.Value(value)}"), .. "\r\n\r\n"u8]));

    private static InboundRecord Read(string headers) => Read(Bytes(headers));

    private static InboundRecord Read(ReadOnlySequence<byte> headers)
    {
        var record = default(InboundRecord);
        var room = new byte[HeaderReader.Room((int)headers.Length)];
        Assert.InRange(new HeaderReader().Read(headers, room, ref record), 0, room.Length);
        return record;
    }

    private static List<(byte[] Name, byte[] Value)> Headers(InboundRecord record)
    {
        var headers = new List<(byte[], byte[])>();
        foreach (var entry in record.Headers)
            headers.Add((entry.Name.ToArray(), entry.Value.ToArray()));
        return headers;
    }

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.Latin1.GetBytes(text));
}
