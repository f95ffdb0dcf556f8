using EventFabric.Simulation.Story;

namespace EventFabric.Simulation.World;

/// <summary>Does what the scripts of its events say: all at once, each with its own settlement, or failing together.</summary>
internal sealed class SimBatchHandler(SimulationWorld world, Member member) : IEventBatchHandler<SimEvent>
{
    public async ValueTask<BatchSettlement> HandleAsync(IReadOnlyList<EventContext<SimEvent>> batch, CancellationToken cancellationToken)
    {
        var number = ++member.Calls;
        var calls = new (Run Run, HandlerAct Act, HandlerScript Script)[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            var data = batch[i].Data;
            var state = member.Group.Events[data.Number];
            var act = state.Script[state.Calls];
            calls[i] = (member.Group.Begin(member, number, batch[i]), act, state.Script);
        }

        var said = new SettlementKind[batch.Count];
        Array.Fill(said, SettlementKind.Retry);
        try
        {
            foreach (var wait in calls.Select(call => Wait(call.Act, call.Script, cancellationToken)))
                await wait.ConfigureAwait(false);
            if (calls.Any(static call => call.Act == HandlerAct.Throw && call.Run.Number % 3 == 0))
                throw new InvalidOperationException("The script says so.");
            var settlement = new BatchSettlement(Settlement.Ack);
            for (var i = 0; i < calls.Length; i++)
            {
                settlement[i] = Settle(calls[i].Act);
                said[i] = settlement[i].Kind;
            }

            return settlement;
        }
        finally
        {
            for (var i = 0; i < calls.Length; i++)
                member.Group.End(calls[i].Run, said[i], cancellationToken.IsCancellationRequested);
        }
    }

    private Task Wait(HandlerAct act, HandlerScript script, CancellationToken cancellationToken) => act switch
    {
        HandlerAct.AckLater or HandlerAct.ThrowLater => Task.Delay(script.Delay, world.Scheduler.Time, CancellationToken.None),
        HandlerAct.Hang => world.Scheduler.DelayAsync(TimeSpan.FromDays(1), cancellationToken),
        HandlerAct.Ignore => Task.Delay(world.Settings.HandlerTimeout + (script.Delay * 4), world.Scheduler.Time, CancellationToken.None),
        _ => Task.CompletedTask,
    };

    private static Settlement Settle(HandlerAct act) => act switch
    {
        HandlerAct.Throw or HandlerAct.ThrowLater or HandlerAct.Retry => Settlement.Retry(),
        HandlerAct.RetryLater => Settlement.Retry(TimeSpan.FromMilliseconds(700)),
        HandlerAct.Unspecified => default,
        HandlerAct.DeadLetter or HandlerAct.ThrowFinal => Settlement.DeadLetter("script"),
        HandlerAct.Drop => Settlement.Drop("script"),
        _ => Settlement.Ack,
    };
}
