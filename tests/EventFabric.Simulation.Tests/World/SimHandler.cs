using EventFabric.Simulation.Story;

namespace EventFabric.Simulation.World;

/// <summary>Does what the script says.</summary>
internal sealed class SimHandler(SimulationWorld world, Member member)
{
    public async ValueTask<Settlement> HandleAsync(EventContext<SimEvent> context, CancellationToken cancellationToken)
    {
        var state = member.Group.Events[context.Data.Number];
        var act = state.Script[state.Calls];
        var run = member.Group.Begin(member, ++member.Calls, context);
        var said = SettlementKind.Retry;
        try
        {
            await WaitAsync(act, state.Script, context.Data.Number, cancellationToken).ConfigureAwait(false);
            if (context.Data.Number != run.Number || context.Attempt != run.Attempt)
                world.Fail($"{run}: the context has become that of e{context.Data.Number}, attempt {context.Attempt}.");
            var settlement = Settle(act);
            said = settlement.Kind;
            return settlement;
        }
        catch (FinalException)
        {
            said = SettlementKind.DeadLetter;
            throw;
        }
        finally
        {
            member.Group.End(run, said, cancellationToken.IsCancellationRequested);
        }
    }

    private Task WaitAsync(HandlerAct act, HandlerScript script, int number, CancellationToken cancellationToken) => act switch
    {
        HandlerAct.AckLater when number % 2 == 0 => world.Scheduler.DelayAsync(script.Delay, cancellationToken),
        HandlerAct.AckLater or HandlerAct.ThrowLater => Task.Delay(script.Delay, world.Scheduler.Time, CancellationToken.None),
        HandlerAct.Hang => world.Scheduler.DelayAsync(TimeSpan.FromDays(1), cancellationToken),
        HandlerAct.Ignore => Task.Delay(world.Settings.HandlerTimeout + (script.Delay * 4), world.Scheduler.Time, CancellationToken.None),
        _ => Task.CompletedTask,
    };

    private static Settlement Settle(HandlerAct act) => act switch
    {
        HandlerAct.Throw or HandlerAct.ThrowLater => throw new InvalidOperationException("The script says so."),
        HandlerAct.ThrowFinal => throw new FinalException(),
        HandlerAct.Retry => Settlement.Retry(),
        HandlerAct.RetryLater => Settlement.Retry(TimeSpan.FromMilliseconds(700)),
        HandlerAct.Unspecified => default,
        HandlerAct.DeadLetter => Settlement.DeadLetter("script"),
        HandlerAct.Drop => Settlement.Drop("script"),
        _ => Settlement.Ack,
    };
}
