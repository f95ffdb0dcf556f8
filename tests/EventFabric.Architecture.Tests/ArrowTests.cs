using System.Xml.Linq;
using Xunit;

namespace EventFabric.Architecture.Tests;

/// <summary>Abstractions, then the engine, then adapters: nothing points the other way.</summary>
public class ArrowTests
{
    private const string Abstractions = "EventFabric.Abstractions";
    private const string Engine = "EventFabric";
    private const string Suite = "EventFabric.Testing";

    // Analyzers is part of the engine's package, and is no adapter.
    private static readonly string[] Core = [Abstractions, Engine, Suite, "EventFabric.Analyzers"];

    [Fact]
    public void Projects_point_only_inwards()
    {
        var breaches = from project in Repository.Projects("src")
                       from reference in ReferencesOf(project)
                       where !Allowed(project.Name).Contains(reference)
                       select $"{project.Name} -> {reference}";
        Breaches.AssertNone(breaches);
    }

    [Fact]
    public void Compiled_assemblies_point_only_inwards()
    {
        Assert.Empty(OwnReferencesOf(typeof(IEventPublisher)));
        Assert.Equal([Abstractions], OwnReferencesOf(typeof(IEventFabricBuilder)));
    }

    [Fact]
    public void Abstractions_depends_on_no_package()
    {
        var project = Repository.Projects("src").Single(project => project.Name == Abstractions);
        Assert.Empty(XDocument.Parse(project.Text).Descendants("PackageReference"));
        Assert.All(typeof(IEventPublisher).Assembly.GetReferencedAssemblies(), static name => Assert.StartsWith("System", name.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Contracts_need_only_abstractions()
    {
        var contracts = Repository.Projects("samples").Single(project => project.Name == "Shop.Contracts");
        Assert.Equal([Abstractions], ReferencesOf(contracts));
    }

    // An adapter sees the engine and what the engine shows of the abstractions.
    private static string[] Allowed(string project) => project switch
    {
        Abstractions => [],
        Engine => [Abstractions, "EventFabric.Analyzers"],
        _ when Core.Contains(project) => [Engine, Abstractions],
        _ => [Engine, Abstractions]
    };

    private static string[] ReferencesOf(SourceFile project) =>
        [.. XDocument.Parse(project.Text).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))];

    private static string[] OwnReferencesOf(Type type) =>
        [.. type.Assembly.GetReferencedAssemblies().Select(static name => name.Name!).Where(static name => name.StartsWith("EventFabric", StringComparison.Ordinal)).Order()];
}
