using System.Diagnostics;
using System.Globalization;
using EventFabric.Drivers;
using EventFabric.Kafka.Tests.Fixtures;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Kafka.Tests.Faults;

/// <summary>
/// A member of a group in a process of its own, which can be killed: this program with one explicit test, which writes what it handles into a file.
/// </summary>
internal sealed class MemberProcess : IAsyncDisposable
{
    internal const string PlanVariable = "EVENTFABRIC_FAULT_MEMBER";

    private readonly ServerProcess _process;
    private readonly string _file;
    private int _read;

    private MemberProcess(ServerProcess process, string file) => (_process, _file) = (process, file);

    internal string Output => _process.Output;

    internal static MemberProcess Start(FaultPlan plan)
    {
        var file = Path.GetTempFileName();
        string[] settings = [$"{PlanVariable}={plan.Topic},{file}", $"{KafkaServer.EndpointVariable}={plan.Bootstrap}"];
        string[] command = [Environment.ProcessPath!, "-noLogo", "-explicit", "only", "-class", typeof(MemberProgram).FullName!];
        return new MemberProcess(ServerProcess.Start("/usr/bin/env", [.. settings, .. command]), file);
    }

    /// <summary>Tells the oracle what is new in the file. Gives how many deliveries there are so far.</summary>
    internal int Read(Oracle oracle)
    {
        var lines = MemberProgram.Lines(_file);
        foreach (var line in lines.Skip(_read))
        {
            var parts = line.Split(' ');
            var numbered = new NumberedEvent(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), "");
            oracle.Deliver(numbered, int.Parse(parts[2], CultureInfo.InvariantCulture), long.Parse(parts[3], CultureInfo.InvariantCulture), long.Parse(parts[4], CultureInfo.InvariantCulture));
            oracle.Settle(numbered);
        }

        return _read = lines.Count;
    }

    /// <summary>SIGKILL.</summary>
    internal Task KillAsync()
    {
        _process.Kill();
        return FaultTime.UntilAsync(() => _process.HasExited, "the process to end");
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        File.Delete(_file);
    }
}

/// <summary>What a <see cref="MemberProcess"/> runs. No test: it never ends by itself.</summary>
public sealed class MemberProgram
{
    [Fact(Explicit = true)]
    public async Task Handles_until_it_is_killed()
    {
        var told = Environment.GetEnvironmentVariable(MemberProcess.PlanVariable)?.Split(',') ?? [];
        Assert.SkipWhen(told.Length != 2, "It is started by another test.");
        await using var file = new FileStream(told[1], FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1);
        var plan = new FaultPlan(KafkaRun.Current.Server.BootstrapServers, told[0]);
        await using var app = await FaultApp.StartAsync(plan, (context, _) => Write(file, context), FaultStory.Cancel);
        await Task.Delay(Timeout.Infinite, FaultStory.Cancel);
    }

    /// <summary>Whole lines of a file that another process writes to.</summary>
    internal static List<string> Lines(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static ValueTask<Settlement> Write(FileStream file, EventContext<NumberedEvent> context)
    {
        var at = RecordPosition.From(context.Position);
        var line = string.Create(CultureInfo.InvariantCulture, $"{context.Data.Key} {context.Data.Number} {at.Partition} {at.Major} {Stopwatch.GetTimestamp()}\n");
        lock (file)
            file.Write(System.Text.Encoding.UTF8.GetBytes(line));
        return new ValueTask<Settlement>(Settlement.Ack);
    }
}
