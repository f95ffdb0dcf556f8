using Xunit;

namespace EventFabric.Architecture.Tests;

/// <summary>House rules on the code itself.</summary>
public class CodeTests
{
    private static readonly string[] AllCode = ["src", "tests", "samples"];

    private static readonly (string, string)[] NotInEngine =
    [
        (@"\bTask \. Run \(", "hops go through WorkScheduler"),
        (@"\. Log(Trace|Debug|Information|Warning|Error|Critical) \(", "logs come from the LoggerMessage generator")
    ];

    // The pieces of the driver interface also work without an engine, and then use the pool.
    private static readonly (string, string)[] NotInFeatures = [(@"\bThreadPool \. ", "hops go through WorkScheduler")];

    // Interleavings are explored through Monitor, Interlocked and Channels; these two would be invisible.
    private static readonly (string, string)[] NotInExploredCode =
    [
        (@"\bLock _?\w+ =", "explored code locks an object"),
        (@"\bSpinLock\b", "explored code locks an object")
    ];

    private static readonly string[] ExploredFolders =
        ["src/EventFabric/Lanes", "src/EventFabric/Tracking", "src/EventFabric/Publishing", "src/EventFabric/Subscribing", "src/EventFabric/Scheduling"];

    [Fact]
    public void No_file_is_long() => AssertNone(Repository.Code(AllCode).SelectMany(CodeRules.LongFile));

    [Fact]
    public void Nine_files_in_ten_are_short()
    {
        var lengths = Repository.Code("src").Select(file => file.Lines.Length).Order().ToList();
        Assert.True(lengths[lengths.Count * 9 / 10] <= 160, $"90 % of the {lengths.Count} files have at most {lengths[lengths.Count * 9 / 10]} lines, the limit is 160.");
    }

    [Fact]
    public void No_method_is_long() => AssertNone(Repository.Code(AllCode).SelectMany(CodeRules.LongMethods));

    [Fact]
    public void A_file_has_one_public_type() => AssertNone(Repository.Code("src").SelectMany(CodeRules.CrowdedFile));

    [Fact]
    public void Namespaces_follow_the_rule() => AssertNone(Repository.Code("src").SelectMany(CodeRules.StrayNamespace));

    [Fact]
    public void No_type_is_called_manager_helper_or_util() => AssertNone(Repository.Code(AllCode).SelectMany(CodeRules.VagueNames));

    [Fact]
    public void The_engine_hops_threads_and_logs_in_one_way() => AssertNone(Repository.Code("src/EventFabric")
        .Where(file => !file.IsBelow("src/EventFabric/Scheduling"))
        .SelectMany(file => CodeRules.ForbiddenConstructs(file, file.IsBelow("src/EventFabric/Drivers") ? NotInEngine : [.. NotInEngine, .. NotInFeatures])));

    [Fact]
    public void Explored_code_uses_locks_that_can_be_explored() => AssertNone(Repository.Code(ExploredFolders)
        .SelectMany(file => CodeRules.ForbiddenConstructs(file, NotInExploredCode)));

    private static void AssertNone(IEnumerable<string> breaches) => Breaches.AssertNone(breaches);
}
