using System.Collections.Immutable;
using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using EventFabric.InMemory;
using EventFabric.Kafka;
using EventFabric.Nats;
using EventFabric.Nats.Addressing;
using Xunit;

namespace EventFabric.Tests.Configuration.Generated;

/// <summary>What is made from the table of settings stands in the repository and is current. EVENTFABRIC_WRITE_DOCS=1 writes it again.</summary>
public sealed class GeneratedFilesTests
{
    [Theory]
    [InlineData("EventFabric", null)]
    [InlineData("EventFabric.Kafka", "Kafka")]
    [InlineData("EventFabric.Nats", "Nats")]
    public void The_configuration_schema_of_each_package_is_current(string package, string? adapter) =>
        IsCurrent($"src/{package}/ConfigurationSchema.json", SchemaWriter.Write(DescribedSettings.OfPackage(adapter)));

    [Fact]
    public void The_configuration_reference_is_current() => IsCurrent("docs/guide/configuration.md", ReferencePage.Write(DescribedSettings.All()));

    [Fact]
    public void The_capabilities_on_each_adapters_page_are_current()
    {
        AreCurrent("kafka", ("", KafkaTraits.Capabilities));
        AreCurrent("in-memory", ("log", InMemoryCapabilities.Log), ("queue", InMemoryCapabilities.Queue));
        AreCurrent(
            "nats",
            ("with order", NatsTraits.Capabilities(ServerFeatures.Newest, OrderingMode.PerKey)),
            ("without order", NatsTraits.Capabilities(ServerFeatures.Newest, OrderingMode.None)));
    }

    [Fact]
    public void Every_row_has_help_that_ends_and_a_default_within_its_range() => Assert.All(DescribedSettings.All(), static setting =>
    {
        Assert.EndsWith(".", setting.Help, StringComparison.Ordinal);
        if (setting.Kind != SettingKind.Duration || setting.Default is null) return;
        Assert.True(DurationText.TryParse(setting.Default, out var value, out _), setting.Path);
        Assert.True(DurationText.TryParse(setting.Min!, out var min, out _), setting.Path);
        Assert.True(DurationText.TryParse(setting.Max!, out var max, out _), setting.Path);
        Assert.InRange(value, min, max);
    });

    private static void AreCurrent(string page, params (string Title, ImmutableArray<CapabilityCell> Cells)[] columns)
    {
        var file = $"docs/adapters/{page}.md";
        IsCurrent(file, CapabilityTable.Into(File.ReadAllText(Path.Combine(Root(), file)).ReplaceLineEndings("\n"), columns));
    }

    private static void IsCurrent(string file, string expected)
    {
        var path = Path.Combine(Root(), file);
        if (Environment.GetEnvironmentVariable("EVENTFABRIC_WRITE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
        }

        var seen = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.True(seen == expected, $"{file} is not what the table of settings says: run the tests of EventFabric with EVENTFABRIC_WRITE_DOCS=1 and commit it.");
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EventFabric.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No EventFabric.sln above {AppContext.BaseDirectory}.");
    }
}
