using EventFabric.Kafka.Tests.Fixtures;
using Xunit;

namespace EventFabric.Kafka.Tests.Faults;

public sealed class MembershipTests
{
    [Fact]
    public async Task Members_that_join_and_leave_under_load_with_retries_pending_lose_nothing_and_keep_the_order()
    {
        await using var story = new FaultStory(new FaultPlan(KafkaRun.Current.Server.BootstrapServers));
        var retries = 0;
        ValueTask<Settlement> Handle(EventContext<NumberedEvent> context)
        {
            FaultApp.Deliver(story.Oracle, context);
            // One in twenty is for later, twice: at every moment some keys wait.
            if ((context.Data.Number + context.Data.Key.Length) % 20 == 0 && context.Attempt < 3)
            {
                Interlocked.Increment(ref retries);
                return new ValueTask<Settlement>(Settlement.Retry(TimeSpan.FromMilliseconds(20), "later"));
            }

            story.Oracle.Settle(context.Data);
            return new ValueTask<Settlement>(Settlement.Ack);
        }

        await story.StartAsync((context, _) => Handle(context));
        await story.BreakAsync();
        var (changes, longest) = (0, TimeSpan.Zero);
        for (var began = TimeProvider.System.GetTimestamp(); changes < 2 || TimeProvider.System.GetElapsedTime(began) < FaultTime.Phase; changes++)
        {
            var joined = TimeProvider.System.GetTimestamp();
            var one = await story.JoinAsync((context, _) => Handle(context));
            await FaultTime.UntilAsync(() => one.Handled > 0, "the new member to handle something", story.Logs);
            longest = Longer(longest, joined);
            if (changes % 2 == 0)
                await one.StopAsync(FaultStory.Cancel);
            else
                await one.AbandonAsync();
        }

        await story.RunAsync("after the changes");
        await story.HealAsync();
        await story.FinishAsync("members come and go", $"{changes} joined and left, {retries} retries, the longest join took {longest.TotalSeconds:F1} s.");
    }

    private static TimeSpan Longer(TimeSpan known, long since) =>
        TimeProvider.System.GetElapsedTime(since) is var gone && gone > known ? gone : known;

    [Fact]
    public async Task A_member_that_is_disposed_without_a_stop_loses_nothing()
    {
        await using var story = new FaultStory(new FaultPlan(KafkaRun.Current.Server.BootstrapServers));
        var member = await story.StartAsync();

        await story.BreakAsync();
        await member.AbandonAsync();
        await story.JoinAsync();
        await story.RunAsync("at the next member");
        await story.HealAsync();

        await story.FinishAsync("member disposed");
    }

    [Fact]
    public async Task A_process_that_is_killed_loses_nothing_and_another_takes_over_in_order()
    {
        await using var story = new FaultStory(new FaultPlan(KafkaRun.Current.Server.BootstrapServers));
        await story.LoadAsync();
        await using var member = MemberProcess.Start(story.Plan);
        await FaultTime.UntilAsync(() => member.Read(story.Oracle) > 0, "the process to handle something", () => member.Output);
        await story.BreakAsync();
        await member.KillAsync();
        var handled = member.Read(story.Oracle);

        await story.JoinAsync();
        await story.RunAsync("at the next member");
        await story.HealAsync();

        await story.FinishAsync("process killed", $"{handled} deliveries in the process.");
    }
}
