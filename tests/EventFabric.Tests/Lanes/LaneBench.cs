using EventFabric.Lanes;
using EventFabric.Tests.Engine;
using Xunit;

namespace EventFabric.Tests.Lanes;

/// <summary>A lane scheduler whose handlers do what a test says: end at once, suspend until they are told, or fail.</summary>
internal sealed class LaneBench : ILaneHost
{
    private readonly Dictionary<ulong, int> _runningKeys = [];

    public LaneBench(LaneLimits limits, bool inline = false)
    {
        Scheduler = new EngineScheduler { Inline = inline };
        Lanes = new LaneScheduler(Scheduler, limits, this);
    }

    public EngineScheduler Scheduler { get; }

    public LaneScheduler Lanes { get; }

    /// <summary>What the handler of a record does; ends at once by default.</summary>
    public Func<TestRecord, RunResult> Handle { get; set; } = static _ => RunResult.Finished;

    public List<int> Started { get; } = [];

    public List<(int Number, Verdict Verdict)> Finished { get; } = [];

    public List<TestRecord> Held { get; } = [];

    /// <summary>Handlers that have not ended, with what lets them go on.</summary>
    public Dictionary<int, Action<RunResult>> Suspended { get; } = [];

    public int Workers { get; private set; }

    public int Settled { get; private set; }

    public void Add(params TestRecord[] records)
    {
        lock (Lanes.Sync)
        {
            foreach (var record in records)
                Lanes.AddLocked(record);
        }

        Lanes.Wake(mayRunHere: true);
        Scheduler.Run();
    }

    public void Resume(int number, RunResult result = RunResult.Finished)
    {
        Assert.True(Suspended.Remove(number, out var resume), $"The handler of {number} is not suspended.");
        resume(result);
        Scheduler.Run();
    }

    public LaneWorker CreateWorker()
    {
        Workers++;
        return new Worker(this);
    }

    void ILaneHost.Finished(LaneRecord record, Verdict verdict) => Finished.Add((((TestRecord)record).Number, verdict));

    public void AfterFinished() => Settled = Finished.Count;

    private void Enter(TestRecord record)
    {
        Started.Add(record.Number);
        if (!record.IsKeyed)
            return;
        Assert.True(_runningKeys.TryAdd(record.Key, record.Number), $"{record} runs beside {_runningKeys.GetValueOrDefault(record.Key)}.");
    }

    private void Leave(TestRecord record)
    {
        if (record.IsKeyed)
            _runningKeys.Remove(record.Key);
    }

    private sealed class Worker(LaneBench bench) : RecordWorker(bench.Lanes)
    {
        private RunResult _result;

        protected override RunResult Start(LaneRecord record, out Verdict verdict)
        {
            verdict = Verdict.Ack;
            var test = (TestRecord)record;
            bench.Enter(test);
            var result = bench.Handle(test);
            if (result != RunResult.Pending)
                bench.Leave(test);
            return result;
        }

        protected override RunResult Resume(LaneRecord record, out Verdict verdict)
        {
            verdict = Verdict.Ack;
            bench.Leave((TestRecord)record);
            return _result;
        }

        protected override void OnSuspended(LaneRecord record) => bench.Suspended.Add(((TestRecord)record).Number, result =>
        {
            _result = result;
            bench.Scheduler.Queue(this);
        });

        protected override void OnHeld(LaneRecord record) => bench.Held.Add((TestRecord)record);
    }
}
