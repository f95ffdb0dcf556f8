using System.Net;
using System.Net.Sockets;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Kafka.Tests.Fixtures;

/// <summary>How the search for a broker ends where there is none: null, and the way to get one.</summary>
public sealed class KafkaSearchTests
{
    private static readonly KafkaPlaces Nowhere = new(Endpoint: null, Run: null, Start: null, Storage: null, Engines: []);

    private static string Absent => $"unix://{Path.Combine(Path.GetTempPath(), $"no-{Guid.NewGuid():N}")}/docker.sock";

    [Fact]
    public async Task Without_a_broker_and_without_an_engine_the_search_ends_with_the_remedy()
    {
        Assert.Null(await KafkaServer.FindAsync(Nowhere, advertised: null, [], TestContext.Current.CancellationToken));
        Assert.Null(await KafkaServer.FindAsync(Nowhere with { Engines = [Absent, $"tcp://127.0.0.1:{ServerProcess.FreePort()}"] }, advertised: null, [], TestContext.Current.CancellationToken));
        Assert.All(
            (string[])[KafkaServer.EndpointVariable, "EVENTFABRIC_BROKERS", "kafka-server-start.sh", "DOCKER_HOST"],
            static place => Assert.Contains(place, KafkaServer.Remedy, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "broker.session.timeout.ms=2000")]
    [InlineData(9092, null)]
    public async Task No_engine_is_asked_for_a_broker_that_a_test_sets_up_itself(int? advertised, string? setting)
    {
        using var engine = new TcpListener(IPAddress.Loopback, 0);
        engine.Start();
        var places = Nowhere with { Engines = [$"tcp://{engine.LocalEndpoint}"] };
        Assert.Null(await KafkaServer.FindAsync(places, advertised, setting is null ? [] : [setting], TestContext.Current.CancellationToken));
        Assert.False(engine.Pending());
        Assert.True(await DockerEngine.IsThereAsync(places.Engines, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_engine_is_found_behind_any_of_its_endpoints()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");
        using var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        engine.Bind(new UnixDomainSocketEndPoint(path));
        try
        {
            Assert.False(await DockerEngine.IsThereAsync([Absent, "npipe://./pipe/none", "no endpoint", $"unix://{path}"], TestContext.Current.CancellationToken));
            engine.Listen();
            Assert.True(await DockerEngine.IsThereAsync([Absent, "npipe://./pipe/none", "no endpoint", $"unix://{path}"], TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_broker_that_runs_comes_before_all_others()
    {
        var places = new KafkaPlaces("there:9092", Run: Absent, Start: Absent, Storage: Absent, Engines: [Absent]);
        await using var found = await KafkaServer.FindAsync(places, advertised: null, [], TestContext.Current.CancellationToken);
        Assert.Equal(("there:9092", false), (found!.BootstrapServers, found.IsOwn));
    }
}
