using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EventFabric.Samples.Tests;

/// <summary>A sample, run as its user runs it: a process of its own, stopped as an orchestrator stops it.</summary>
internal sealed partial class SampleProgram : IAsyncDisposable
{
    private const int Sigterm = 15;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _news = new(0);

    private SampleProgram(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _lines);

    public static SampleProgram Start(string name, params string[] arguments) => Start(name, new Dictionary<string, string?>(), arguments);

    /// <summary>Starts a sample with settings in its environment.</summary>
    public static SampleProgram Start(string name, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        // artifacts/bin/EventFabric.Samples.Tests/release -> artifacts/bin/NAME/release
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var folder = Path.Combine(here.Parent!.Parent!.FullName, name, here.Name);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, name + ".dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        foreach (var (key, value) in environment) start.Environment[key] = value;
        return new SampleProgram(new Process { StartInfo = start });
    }

    /// <summary>Waits for a line that contains the text.</summary>
    public async Task<string> WaitForAsync(string text, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            while (true)
            {
                if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found) return found;
                if (_process.HasExited && _news.CurrentCount == 0) throw new InvalidOperationException($"ended with {_process.ExitCode} before \"{text}\":\n{Output}");
                await _news.WaitAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no \"{text}\" within {Deadline.TotalSeconds} s:\n{Output}");
        }
    }

    /// <summary>Waits for the end, and gives the exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(Deadline, cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks the program to stop, and gives the exit code.</summary>
    public Task<int> StopAsync(CancellationToken cancellationToken)
    {
        _ = SendSignal(_process.Id, Sigterm);
        return WaitForExitAsync(cancellationToken);
    }

    /// <summary>A crash: SIGKILL.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill(entireProcessTree: true);
        await WaitForExitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _news.Dispose();
        return default;
    }

    private void Take(string? line)
    {
        if (line is not null) _lines.Enqueue(line);
        _news.Release();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
