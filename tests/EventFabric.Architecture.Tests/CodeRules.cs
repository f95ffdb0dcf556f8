using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EventFabric.Architecture.Tests;

/// <summary>The rules on a C# file. Each yields one line per breach.</summary>
internal static partial class CodeRules
{
    public const int MaxFileLines = 400;
    public const int MaxMethodLines = 60;

    private static readonly string[] PublicNamespaces =
        ["EventFabric", "EventFabric.Drivers", "EventFabric.Testing", "Microsoft.Extensions.DependencyInjection"];

    public static IEnumerable<string> LongFile(SourceFile file)
    {
        if (file.Lines.Length > MaxFileLines) yield return $"{file.Path}: {file.Lines.Length} lines, at most {MaxFileLines}";
    }

    public static IEnumerable<string> LongMethods(SourceFile file)
    {
        foreach (var node in Parse(file).DescendantNodes())
        {
            if (node is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax)) continue;
            var span = node.SyntaxTree.GetLineSpan(node.Span);
            var lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
            if (lines > MaxMethodLines) yield return $"{file.Path}({span.StartLinePosition.Line + 1}): a method of {lines} lines, at most {MaxMethodLines}";
        }
    }

    /// <summary>One public type a file; enums, records and delegates may stand with the one type that they serve.</summary>
    public static IEnumerable<string> CrowdedFile(SourceFile file)
    {
        var types = TopLevelTypes(file).Where(IsPublic).Select(type => (Name: NameOf(type), Serves: type is EnumDeclarationSyntax or RecordDeclarationSyntax or DelegateDeclarationSyntax))
            .Distinct().ToList();
        if (types.Count > 3 || types.Count(type => !type.Serves) > 1) yield return $"{file.Path}: {types.Count} public types: {string.Join(", ", types.Select(type => type.Name))}";
    }

    /// <summary>Public types stand in the few public namespaces, internal ones in their folder's.</summary>
    public static IEnumerable<string> StrayNamespace(SourceFile file)
    {
        var folders = file.Path.Split('/')[1..^1];   // project, then folders
        var root = folders[0] == "EventFabric.Abstractions" ? "EventFabric" : folders[0];
        var home = string.Join('.', folders[1..].Prepend(root));
        foreach (var type in TopLevelTypes(file))
        {
            var space = string.Join('.', type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Select(n => n.Name.ToString()).Reverse());
            if (IsPublic(type) && !PublicNamespaces.Contains(space)) yield return $"{file.Path}: public {NameOf(type)} in {space}";
            // A feature folder may keep its files in subfolders under the feature's namespace.
            if (!IsPublic(type) && space != home && !IsFeatureOf(space, home, root)) yield return $"{file.Path}: internal {NameOf(type)} in {space}, expected {home}";
        }
    }

    public static IEnumerable<string> VagueNames(SourceFile file) =>
        from type in Parse(file).DescendantNodes().OfType<MemberDeclarationSyntax>()
        let name = NameOf(type)
        where name is not null && VagueName().IsMatch(name)
        select $"{file.Path}: {name} says nothing";

    /// <summary>Constructs that a folder forgoes, each with the reason.</summary>
    public static IEnumerable<string> ForbiddenConstructs(SourceFile file, IEnumerable<(string Pattern, string Reason)> forbidden)
    {
        var code = string.Concat(Parse(file).DescendantTokens().Select(token => token.ValueText + " "));
        foreach (var (pattern, reason) in forbidden)
        {
            if (Regex.IsMatch(code, pattern)) yield return $"{file.Path}: {pattern}: {reason}";
        }
    }

    private static SyntaxNode Parse(SourceFile file) => CSharpSyntaxTree.ParseText(file.Text).GetRoot();

    private static IEnumerable<MemberDeclarationSyntax> TopLevelTypes(SourceFile file) =>
        Parse(file).DescendantNodes(static node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>().Where(static node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    private static bool IsPublic(MemberDeclarationSyntax type) => type.Modifiers.Any(SyntaxKind.PublicKeyword);

    private static bool IsFeatureOf(string space, string home, string root) =>
        space.Length > root.Length && home.StartsWith(space + ".", StringComparison.Ordinal);

    private static string? NameOf(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax named => named.Identifier.ValueText,
        DelegateDeclarationSyntax named => named.Identifier.ValueText,
        _ => null
    };

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Utility|Utilities)$")]
    private static partial Regex VagueName();
}
