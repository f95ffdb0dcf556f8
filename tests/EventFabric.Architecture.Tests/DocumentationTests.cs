using System.Text.RegularExpressions;
using Xunit;

namespace EventFabric.Architecture.Tests;

/// <summary>What the front pages show is what is built, and their links lead somewhere.</summary>
public partial class DocumentationTests
{
    [Fact]
    public void The_readme_shows_code_that_is_compiled()
    {
        var blocks = Blocks("README.md", "csharp").ToList();
        var programs = Repository.Code("samples").Select(static file => file.Text.Trim()).ToHashSet();
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block, programs));
    }

    [Fact]
    public void The_readme_shows_settings_that_are_run()
    {
        var blocks = Blocks("README.md", "json").ToList();
        var settings = Repository.TextFiles.Where(static file => file.IsBelow("samples")).Select(static file => file.Text.Trim()).ToHashSet();
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block, settings));
    }

    [Fact]
    public void Links_lead_somewhere()
    {
        var breaches = from page in Repository.TextFiles
                       where page.Path.EndsWith(".md", StringComparison.Ordinal)
                       from Match link in Link().Matches(page.Text)
                       let target = link.Groups[1].Value
                       where !target.Contains("://", StringComparison.Ordinal)
                       let path = Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page.Path)!, target))
                       where !File.Exists(path) && !Directory.Exists(path)
                       select $"{page.Path}: {target}";
        Breaches.AssertNone(breaches);
    }

    private static IEnumerable<string> Blocks(string page, string language) =>
        Regex.Matches(Repository.TextFiles.Single(file => file.Path == page).Text, $"```{language}\n(.*?)```", RegexOptions.Singleline)
            .Select(static match => match.Groups[1].Value.Trim());

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
