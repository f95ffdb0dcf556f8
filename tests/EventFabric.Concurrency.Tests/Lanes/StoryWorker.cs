using EventFabric.Concurrency.Exploring;
using EventFabric.Lanes;

namespace EventFabric.Concurrency.Lanes;

/// <summary>A worker whose handlers conduct themselves as their records say.</summary>
internal sealed class StoryWorker(LaneStory story, ExplorationScheduler scheduler) : RecordWorker(story.Lanes)
{
    protected override RunResult Start(LaneRecord record, out Verdict verdict)
    {
        verdict = Verdict.Ack;
        var numbered = (NumberedRecord)record;
        story.Enter(numbered);
        if (numbered.Conduct == Conduct.Suspends)
            return RunResult.Pending;
        story.Leave(numbered);
        if (record.Stage == LaneStage.Held)
        {
            story.FollowUp(numbered, tryAgain: false);
            return RunResult.Reported;
        }

        return numbered.Conduct == Conduct.Ends ? RunResult.Finished : RunResult.Held;
    }

    protected override RunResult Resume(LaneRecord record, out Verdict verdict)
    {
        verdict = Verdict.Ack;
        story.Leave((NumberedRecord)record);
        return RunResult.Finished;
    }

    protected override void OnSuspended(LaneRecord record) => scheduler.Queue(this);

    protected override void OnHeld(LaneRecord record) =>
        story.FollowUp((NumberedRecord)record, ((NumberedRecord)record).Conduct == Conduct.FailsAndIsTriedAgain);
}
