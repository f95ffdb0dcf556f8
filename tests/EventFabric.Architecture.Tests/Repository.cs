namespace EventFabric.Architecture.Tests;

/// <summary>The files of the repository, as the rules read them.</summary>
internal static class Repository
{
    private static readonly string[] Skipped = ["artifacts", "bin", "obj", ".git", ".vs", ".vscode", ".idea", "TestResults", ".eventfabric"];

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All text files, with paths relative to the root and forward slashes.</summary>
    public static IReadOnlyList<SourceFile> TextFiles { get; } = [.. Walk(Root).Where(IsText).Select(Read)];

    /// <summary>All C# files below a top-level folder.</summary>
    public static IEnumerable<SourceFile> Code(params string[] folders) =>
        TextFiles.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal) && folders.Any(folder => file.IsBelow(folder)));

    /// <summary>All project files below a top-level folder.</summary>
    public static IEnumerable<SourceFile> Projects(string folder) =>
        TextFiles.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal) && file.IsBelow(folder));

    private static SourceFile Read(string path) => new(System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path));

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder)) yield return file;
        foreach (var child in Directory.EnumerateDirectories(folder))
        {
            if (Skipped.Contains(System.IO.Path.GetFileName(child))) continue;
            foreach (var file in Walk(child)) yield return file;
        }
    }

    private static bool IsText(string path)
    {
        if (System.IO.Path.GetFileName(path) == ".git") return false;   // a work tree's pointer
        Span<byte> start = stackalloc byte[4096];
        using var stream = File.OpenRead(path);
        return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)].IndexOf((byte)0) < 0;
    }

    // Deterministic builds map source paths, so the way up starts at the test program.
    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "EventFabric.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("No EventFabric.sln above the test program.");
    }
}

/// <summary>One file: its path from the root, and its text.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string[] Lines => Text.TrimEnd('\n').Split('\n');

    public bool IsBelow(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);
}
