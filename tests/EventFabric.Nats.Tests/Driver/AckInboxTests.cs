using System.Threading.Channels;
using EventFabric.Drivers;
using EventFabric.Nats.Sending;
using EventFabric.Nats.Tests.Fixtures;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>Answers to records, and to those that were given up.</summary>
public sealed class AckInboxTests
{
    private const string Answer = "{\"stream\":\"s\",\"seq\":7}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_late_answer_to_a_record_that_was_given_up_is_not_taken_for_the_next_ones()
    {
        await using var raw = new RawNats(NatsRun.Current.Server.Url);
        var answered = Channel.CreateUnbounded<int>();
        await using var inbox = new AckInbox(raw.Connection, $"acks.{Guid.NewGuid():N}.", 1, (sent, _) => answered.Writer.TryWrite(sent.Index), static _ => { });
        await raw.Connection.AddSubAsync(inbox, Token);
        var call = new OpenSends().Begin(new SendBatch(new[] { NatsHarness.Record("k", "b") }), Token);
        var first = inbox.Rent(new Sent(call, 1, 0, At: 10))!;
        Assert.Null(inbox.Rent(new Sent(call, 2, 0, At: 11)));
        Assert.Empty(inbox.AbandonOlder(9));
        Assert.Equal([1], inbox.AbandonOlder(10).Select(static sent => sent.Index));
        var second = inbox.Rent(new Sent(call, 2, 0, At: 12))!;
        Assert.NotEqual(first, second);
        foreach (var subject in (string[])[first, second])
            await raw.Connection.PublishAsync(subject, Answer, cancellationToken: Token);
        Assert.Equal(2, await answered.Reader.ReadAsync(Token).AsTask().WaitAsync(Wait.Patience, Token));

        // A subject whose answer came is used again.
        Assert.Equal(second, inbox.Rent(new Sent(call, 3, 0, At: 13)));
        await raw.Connection.PublishAsync(second, Answer, cancellationToken: Token);
        Assert.Equal(3, await answered.Reader.ReadAsync(Token).AsTask().WaitAsync(Wait.Patience, Token));
    }
}
