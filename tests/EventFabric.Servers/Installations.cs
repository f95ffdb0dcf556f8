namespace EventFabric.Servers;

/// <summary>Where servers are on this machine.</summary>
public static class Installations
{
    /// <summary>The folder of servers: <c>EVENTFABRIC_BROKERS</c>, else <c>shared/brokers</c> beside the repository. Null: neither is there.</summary>
    public static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("EVENTFABRIC_BROKERS") is { Length: > 0 } told)
            return Directory.Exists(told) ? told : throw new DirectoryNotFoundException($"EVENTFABRIC_BROKERS names {told}, which is not there.");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "shared", "brokers") is var found && Directory.Exists(found))
                return found;
        }

        return null;
    }

    /// <summary>A program's full path in the folder of servers; null: it is not there.</summary>
    public static string? InFolder(params string[] parts) =>
        Folder() is { } folder && Path.Combine([folder, .. parts]) is var path && File.Exists(path) ? path : null;

    /// <summary>A program's full path in PATH; null: it is not there.</summary>
    public static string? InPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
