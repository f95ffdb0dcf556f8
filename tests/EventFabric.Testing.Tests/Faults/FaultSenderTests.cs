using EventFabric.Drivers;
using EventFabric.Testing.Faults;
using EventFabric.Tests.InMemory;
using Xunit;
using static EventFabric.Tests.InMemory.InMemoryHarness;

namespace EventFabric.Testing.Tests.Faults;

public sealed class FaultSenderTests
{
    private readonly InMemoryHarness _harness = new(new InMemoryOptions { Partitions = 1 });
    private readonly FaultPlan _plan = new();

    public FaultSenderTests() => _harness.Connection = new FaultConnection(_harness.Store, _plan, _harness.Scheduler);

    [Fact]
    public async Task Without_a_fault_everything_passes()
    {
        var (batch, call) = await StartAsync(Record("a", "1"), Record(null, "2"));
        await call;
        Assert.Equal("Accepted Accepted", Outcomes(batch));
        Assert.Equal("1 2", Stored());
    }

    [Fact]
    public async Task A_failed_record_holds_back_only_its_key_and_passes_when_it_comes_again()
    {
        var failing = true;
        _plan.OnSend = sent => failing && Text(sent) == "a2" ? SendFault.Fail(SendStatus.NotSent, ErrorKind.Throttled) : SendFault.None;
        var (batch, call) = await StartAsync(Sent("a", "a1"), Sent("a", "a2"), Sent("b", "b1"), Sent("a", "a3"), Sent(null, "n"));
        await call;
        Assert.Equal("Accepted NotSent Accepted NotSent Accepted", Outcomes(batch));
        Assert.Equal("a1 b1 n", Stored());
        Assert.Equal(ErrorKind.Throttled, _harness.Connection.Classify(batch.Outcome(1).Error!).Kind);

        failing = false;
        (batch, call) = await StartAsync(Sent("a", "a2"), Sent("a", "a3"));
        await call;
        Assert.Equal("Accepted Accepted", Outcomes(batch));
        Assert.Equal("a1 b1 n a2 a3", Stored());
    }

    [Fact]
    public async Task A_lost_answer_leaves_the_record_stored()
    {
        _plan.OnSend = static sent => Text(sent) == "a1" ? SendFault.LoseAck : SendFault.None;
        var (batch, call) = await StartAsync(Sent("a", "a1"), Sent("a", "a2"), Sent("b", "b1"));
        await call;
        Assert.Equal("Unknown NotSent Accepted", Outcomes(batch));
        Assert.Equal("a1 b1", Stored());
    }

    [Fact]
    public async Task A_held_record_holds_its_key_in_later_calls_too_and_others_pass()
    {
        var hold = new SendHold();
        _plan.OnSend = sent => Text(sent) == "a1" ? SendFault.Hold(hold) : SendFault.None;
        var (first, firstCall) = await StartAsync(Sent("a", "a1"), Sent("b", "b1"), Sent("a", "a2"));
        var (second, secondCall) = await StartAsync(Sent("a", "a3"), Sent("b", "b2"));
        Assert.Equal("- Accepted -", Outcomes(first));
        Assert.Equal("- Accepted", Outcomes(second));
        Assert.Equal(3, hold.Held);
        Assert.False(firstCall.IsCompleted);
        Assert.Equal("b1 b2", Stored());

        hold.Release();
        _harness.Scheduler.Run();
        await Task.WhenAll(firstCall, secondCall);
        Assert.Equal("Accepted Accepted Accepted", Outcomes(first));
        Assert.Equal("b1 b2 a1 a2 a3", Stored());
        var (third, thirdCall) = await StartAsync(Sent("a", "a1"));
        await thirdCall;
        Assert.Equal("Accepted", Outcomes(third));
    }

    [Fact]
    public async Task A_held_answer_comes_late_and_the_record_is_stored()
    {
        var hold = new SendHold();
        _plan.OnSend = sent => Text(sent) == "a1" ? SendFault.HoldAck(hold) : SendFault.None;
        var (batch, call) = await StartAsync(Sent("a", "a1"), Sent("a", "a2"));
        Assert.Equal("- Accepted", Outcomes(batch));
        Assert.Equal("a1 a2", Stored());
        hold.Release();
        _harness.Scheduler.Run();
        await call;
        Assert.Equal("Accepted Accepted", Outcomes(batch));
        Assert.Equal(0, batch.Outcome(0).Position.Major);
    }

    [Fact]
    public async Task An_abort_ends_what_is_held()
    {
        var hold = new SendHold();
        _plan.OnSend = sent => Text(sent) is "a" ? SendFault.Hold(hold) : SendFault.HoldAck(hold);
        using var abort = new CancellationTokenSource();
        var (batch, call) = await StartAsync(abort.Token, Sent("a", "a"), Sent("b", "b"));
        await abort.CancelAsync();
        _harness.Scheduler.Run();
        await call;
        Assert.Equal("NotSent Unknown", Outcomes(batch));
        Assert.Equal(0, hold.Held);
        Assert.Equal("b", Stored());
    }

    [Fact]
    public async Task After_a_crash_nothing_is_stored_and_nothing_opened()
    {
        var hold = new SendHold();
        _plan.OnSend = sent => Text(sent) == "a" ? SendFault.Hold(hold) : SendFault.None;
        var (held, heldCall) = await StartAsync(Sent("a", "a"));
        _plan.Crash();
        hold.Release();
        _harness.Scheduler.Run();
        await heldCall;
        Assert.Equal("NotSent", Outcomes(held));
        var error = await Assert.ThrowsAnyAsync<Exception>(() => _harness.OpenSenderAsync());
        Assert.Equal(ErrorKind.Transient, _harness.Connection.Classify(error).Kind);
        Assert.Equal(string.Empty, Stored());
    }

    private static OutboundRecord Sent(string? key, string text)
    {
        var record = Record(key, text);
        record.Id = new CloudEventId(text);
        return record;
    }

    private static string Text(SentRecord sent) => sent.Id.ToString();

    private static string Outcomes(SendBatch batch) =>
        string.Join(' ', Enumerable.Range(0, batch.Records.Length).Select(index => batch.IsCompletedAt(index) ? batch.Outcome(index).Status.ToString() : "-"));

    private string Stored() => string.Join(' ', _harness.Broker.Read("a").Select(static record => System.Text.Encoding.UTF8.GetString(record.Body!)));

    private Task<(SendBatch Batch, Task Call)> StartAsync(params OutboundRecord[] records) => StartAsync(CancellationToken.None, records);

    private ISender? _sender;

    private async Task<(SendBatch Batch, Task Call)> StartAsync(CancellationToken abort, params OutboundRecord[] records)
    {
        _sender ??= await _harness.OpenSenderAsync();
        var batch = new SendBatch(records) { Scheduler = _harness.Scheduler };
        var call = _sender.SendAsync(batch, abort).AsTask();
        _harness.Scheduler.Run();
        return (batch, call);
    }
}
