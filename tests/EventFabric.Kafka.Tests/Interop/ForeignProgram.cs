using System.Diagnostics;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Kafka.Tests.Interop;

/// <summary>A program that others wrote: what goes in, and what comes out.</summary>
internal static class ForeignProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs it to its end, and gives what it wrote.</summary>
    internal static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string? input = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        if (input is not null)
            await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {Patience.TotalSeconds} s: {await errors}");
        }

        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await output}{await errors}");
        return await output;
    }

    /// <summary>The C client's program; a test is skipped where it is not.</summary>
    internal static string Kcat()
    {
        var found = Installations.InPath("kcat");
        Assert.SkipWhen(found is null, "kcat is not in PATH (Debian: kcat)");
        return found;
    }

    /// <summary>A Python that has a Kafka client of its own, which is not librdkafka.</summary>
    internal static string Python()
    {
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(Python) && Directory.Exists("/usr/lib/python3/dist-packages/kafka"), "kafka-python is not there (Debian: python3-kafka)");
        return Python;
    }

    /// <summary>Java, and the class path of Kafka's own client.</summary>
    internal static (string Program, string ClassPath) Java()
    {
        var (java, client) = (Installations.InPath("java"), Installations.InFolder("kafka", "run"));
        Assert.SkipWhen(java is null || client is null, "java is not in PATH, or there is no folder kafka/lib beside kafka/run in EVENTFABRIC_BROKERS");
        return (java, Path.Combine(Path.GetDirectoryName(client)!, "lib", "*"));
    }
}
