using System.Xml.Linq;
using Xunit;

namespace EventFabric.Architecture.Tests;

/// <summary>What every package carries.</summary>
public class PackagingTests
{
    public static IEnumerable<TheoryDataRow<string>> Packages => Repository.Projects("src")
        .Where(static project => !project.Text.Contains("<IsPackable>false</IsPackable>", StringComparison.Ordinal))
        .Select(static project => new TheoryDataRow<string>(project.Name));

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_has_a_page_of_its_own(string package)
    {
        var page = Repository.TextFiles.SingleOrDefault(file => file.Path == $"src/{package}/PACKAGE.md");
        Assert.True(page is not null, $"src/{package}/PACKAGE.md is missing.");
        Assert.True(page.Text.StartsWith($"# {package}\n", StringComparison.Ordinal) && page.Lines.Length > 5, $"{page.Path} says too little.");
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_tracks_its_public_surface(string package)
    {
        foreach (var list in new[] { "Shipped", "Unshipped" })
            Assert.Contains(Repository.TextFiles, file => file.Path == $"src/{package}/PublicAPI.{list}.txt");
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_says_what_it_is(string package)
    {
        var project = XDocument.Parse(Repository.Projects("src").Single(project => project.Name == package).Text);
        Assert.False(string.IsNullOrWhiteSpace(project.Descendants("Description").SingleOrDefault()?.Value), $"{package} has no <Description>.");
    }

    [Fact]
    public void Nothing_outside_src_is_packed() => Assert.All(
        Repository.TextFiles.Where(static file => file.Path is "tests/Directory.Build.props" or "samples/Directory.Build.props"),
        static file => Assert.Contains("<IsPackable>false</IsPackable>", file.Text, StringComparison.Ordinal));

    [Fact]
    public void Versions_stand_in_one_place()
    {
        var breaches = from project in Repository.TextFiles
                       where project.Path.EndsWith(".csproj", StringComparison.Ordinal)
                       from reference in XDocument.Parse(project.Text).Descendants("PackageReference")
                       where reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null
                       select $"{project.Path}: {reference.Attribute("Include")?.Value}";
        Breaches.AssertNone(breaches);
    }

    [Fact]
    public void The_driver_interface_is_switched_off_as_experimental_only_for_ourselves()
    {
        var breaches = Repository.TextFiles
            .Where(static file => file.IsBelow("samples") && file.Text.Contains("EVF" + "9001", StringComparison.Ordinal))
            .Select(static file => file.Path);
        Breaches.AssertNone(breaches);
    }

    [Fact]
    public void The_public_surface_stays_small()
    {
        Assert.InRange(typeof(IEventPublisher).Assembly.GetExportedTypes().Length, 1, 40);
        Assert.InRange(typeof(IEventFabricBuilder).Assembly.GetExportedTypes().Count(static type => type.Namespace != "EventFabric.Drivers"), 1, 60);
    }
}
