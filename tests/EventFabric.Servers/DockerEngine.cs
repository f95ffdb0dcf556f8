using System.Net.Sockets;

namespace EventFabric.Servers;

/// <summary>Whether an engine for containers runs here, asked without waiting: most machines that run tests have none.</summary>
public static class DockerEngine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Where an engine of this machine would listen: <c>DOCKER_HOST</c>, else the usual sockets.</summary>
    public static IReadOnlyList<string> Endpoints()
    {
        if (Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } told)
            return [told];
        string?[] folders = ["/var/run", Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker", "run")];
        return [.. folders.Where(static folder => !string.IsNullOrEmpty(folder)).Select(static folder => $"unix://{folder}/docker.sock")];
    }

    /// <summary>Whether somebody listens at one of them (<c>unix://</c> or <c>tcp://</c>).</summary>
    public static async Task<bool> IsThereAsync(IEnumerable<string> endpoints, CancellationToken cancellationToken)
    {
        foreach (var endpoint in endpoints)
        {
            if (await ListensAsync(endpoint, cancellationToken))
                return true;
        }

        return false;
    }

    private static async Task<bool> ListensAsync(string endpoint, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("unix" or "tcp"))
            return false;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            if (uri.Scheme == "unix")
            {
                using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(uri.LocalPath), deadline.Token);
            }
            else
            {
                using var client = new TcpClient();
                await client.ConnectAsync(uri.Host, uri.Port, deadline.Token);
            }

            return true;
        }
        catch (Exception absent) when (absent is SocketException || (absent is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
