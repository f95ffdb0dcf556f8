using EventFabric.Drivers;
using EventFabric.Tests.InMemory;
using Xunit;

namespace EventFabric.Tests.Drivers;

public sealed class OwnershipTests
{
    [Fact]
    public void The_token_is_cancelled_through_the_scheduler_and_not_by_the_one_who_ends()
    {
        var scheduler = new ManualScheduler();
        var owner = new Ownership("3", 3);
        owner.Attach(scheduler);
        var token = owner.Lost;
        Assert.Equal(token, owner.Lost);
        Assert.False(owner.IsLost);
        owner.End();
        Assert.True(owner.IsLost);
        Assert.False(token.IsCancellationRequested);
        scheduler.Run();
        Assert.True(token.IsCancellationRequested);
        owner.End();
        scheduler.Run();
    }

    [Fact]
    public void A_token_that_is_asked_for_late_is_cancelled_already()
    {
        var owner = new Ownership(string.Empty, 0);
        owner.End();
        Assert.True(owner.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_token_that_is_asked_for_while_the_tenure_ends_is_cancelled()
    {
        for (var round = 0; round < 500; round++)
        {
            var owner = new Ownership("0", 0);
            var cancelled = new TaskCompletionSource();
            var asking = Task.Run(() => owner.Lost.Register(cancelled.SetResult), TestContext.Current.CancellationToken);
            owner.End();
            await asking;
            await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }
}
