using Xunit;

namespace EventFabric.Architecture.Tests;

/// <summary>A rule that cannot fail is none: each is shown a breach.</summary>
public class CodeRulesTests
{
    private const string Path = "src/EventFabric/Lanes/Sample.cs";

    [Fact]
    public void A_long_file_is_found() => Assert.Single(CodeRules.LongFile(new(Path, new string('\n', 400) + "x\n")));

    [Fact]
    public void A_file_at_the_limit_is_not() => Assert.Empty(CodeRules.LongFile(new(Path, new string('\n', 399) + "x\n")));

    [Theory]
    [InlineData(57, 0)]
    [InlineData(58, 1)]
    public void A_long_method_is_found(int lines, int breaches) =>
        Assert.Equal(breaches, CodeRules.LongMethods(new(Path, $"class A\n{{\n    void M()\n    {{\n{string.Concat(Enumerable.Repeat("        N();\n", lines))}    }}\n}}\n")).Count());

    [Theory]
    [InlineData("public class A; public class B;", 1)]
    [InlineData("public class A; public enum B { }", 0)]
    [InlineData("public class A; public enum B { } public record C; public enum D { }", 1)]
    [InlineData("public class A; internal class B; class C;", 0)]
    [InlineData("public class A<T>; public class A;", 0)]
    public void A_second_public_type_is_found(string code, int breaches) => Assert.Equal(breaches, CodeRules.CrowdedFile(new(Path, code)).Count());

    [Theory]
    [InlineData("namespace EventFabric; public class A;", 0)]
    [InlineData("namespace EventFabric.Lanes; public class A;", 1)]
    [InlineData("namespace EventFabric.Lanes; internal class A;", 0)]
    [InlineData("namespace EventFabric; internal class A;", 1)]
    [InlineData("namespace EventFabric.Tracking; class A;", 1)]
    public void A_stray_namespace_is_found(string code, int breaches) => Assert.Equal(breaches, CodeRules.StrayNamespace(new(Path, code)).Count());

    [Theory]
    [InlineData("class LaneManager;")]
    [InlineData("class A { class JsonHelper; }")]
    [InlineData("enum StringUtils { }")]
    public void A_vague_name_is_found(string code) => Assert.Single(CodeRules.VagueNames(new(Path, code)));

    [Theory]
    [InlineData("class A { void M() => Task.Run(() => { }); }", 1)]
    [InlineData("class A { /* Task.Run() is not for us */ void M() { } }", 0)]
    public void A_forbidden_construct_is_found(string code, int breaches) =>
        Assert.Equal(breaches, CodeRules.ForbiddenConstructs(new(Path, code), [(@"\bTask \. Run \(", "")]).Count());
}
