using EventFabric.Scheduling;
using EventFabric.Tests.Engine;
using Xunit;

namespace EventFabric.Tests.Scheduling;

public sealed class AsyncSignalTests
{
    private readonly EngineScheduler _scheduler = new();

    [Fact]
    public void A_signal_that_was_set_before_ends_the_wait_at_once_and_only_one()
    {
        var signal = new AsyncSignal(_scheduler);
        signal.Set();
        signal.Set();
        Assert.True(signal.WaitAsync().AsTask().IsCompletedSuccessfully);
        Assert.False(signal.WaitAsync().AsTask().IsCompleted);
    }

    [Fact]
    public void The_waiter_goes_on_on_the_scheduler_and_not_on_the_stack_of_who_set_the_signal()
    {
        var signal = new AsyncSignal(_scheduler);
        var waits = 0;
        var task = WaitThreeTimesAsync();
        for (var expected = 1; expected <= 3; expected++)
        {
            signal.Set();
            Assert.Equal(expected - 1, waits);
            _scheduler.Run();
            Assert.Equal(expected, waits);
        }

        Assert.True(task.IsCompletedSuccessfully);

        async Task WaitThreeTimesAsync()
        {
            for (var i = 0; i < 3; i++)
            {
                await signal.WaitAsync().ConfigureAwait(false);
                waits++;
            }
        }
    }

    [Fact]
    public void A_set_between_the_wake_and_the_next_wait_is_not_lost()
    {
        var signal = new AsyncSignal(_scheduler);
        var first = signal.WaitAsync().AsTask();
        signal.Set();
        signal.Set();
        _scheduler.Run();
        Assert.True(first.IsCompletedSuccessfully);
        Assert.True(signal.WaitAsync().AsTask().IsCompletedSuccessfully);
    }
}
