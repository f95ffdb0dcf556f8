using System.Text.RegularExpressions;
using Xunit;

namespace EventFabric.Architecture.Tests;

/// <summary>House rules on every text file.</summary>
public partial class TextTests
{
    private static readonly string[] TopLevel =
    [
        ".ci", ".editorconfig", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "Directory.Build.props", "Directory.Packages.props", "EventFabric.sln",
        "LICENSE", "README.md", "conformance-ledger.json", "docs", "global.json", "nuget.config", "samples", "src", "tests"
    ];

    [Fact]
    public void Nothing_is_left_to_do() => AssertNone(Matches(Unfinished()));

    [Fact]
    public void No_file_knows_a_machine() => AssertNone(Matches(MachinePath()));

    [Fact]
    public void No_file_names_a_package_feed() => AssertNone(Matches(Feed()));

    [Fact]
    public void The_top_level_holds_only_what_belongs_there() =>
        AssertNone(Repository.TextFiles.Select(static file => file.Path.Split('/')[0]).Distinct().Except(TopLevel));

    [Fact]
    public void Scripts_and_sources_end_lines_with_a_line_feed() =>
        AssertNone(Repository.TextFiles.Where(static file => file.Text.Contains('\r') && !file.Path.EndsWith(".sln", StringComparison.Ordinal)).Select(static file => file.Path));

    [Theory]
    [InlineData("// TO" + "DO: later")]
    [InlineData("# FIX" + "ME")]
    public void What_is_left_to_do_is_found(string line) => Assert.Matches(Unfinished(), line);

    [Theory]
    [InlineData("see /ho" + "me/ann/notes")]
    [InlineData("path=/ro" + "ot/x")]
    [InlineData("C:" + "\\Users\\ann")]
    [InlineData("/wo" + "rk/x")]
    public void A_path_of_a_machine_is_found(string line) => Assert.Matches(MachinePath(), line);

    private static IEnumerable<string> Matches(Regex rule) =>
        from file in Repository.TextFiles
        where file.Path != "LICENSE"
        from line in file.Lines.Index()
        where rule.IsMatch(line.Item)
        select $"{file.Path}({line.Index + 1}): {line.Item.Trim()}";

    private static void AssertNone(IEnumerable<string> breaches) => Breaches.AssertNone(breaches);

    [GeneratedRegex(@"\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?<![\w.\-/}$)])/(home|root|work|Users|mnt)/\w|\b[A-Z]:\\\w")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"https?://\S*/(index\.json|simple/?\b|npm-proxy)")]
    private static partial Regex Feed();
}
