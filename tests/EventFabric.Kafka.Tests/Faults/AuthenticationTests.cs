using System.Diagnostics;
using EventFabric.Servers;
using Xunit;

namespace EventFabric.Kafka.Tests.Faults;

public sealed class AuthenticationTests
{
    private const string Right = "right-7e1f";
    private const string Wrong = "wrong-93ab";

    private static readonly string[] Sasl =
    [
        .. OwnBroker.Settings,
        "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms=PLAIN",
        "sasl.mechanism.inter.broker.protocol=PLAIN",
        $"listener.name.plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username=\"app\" password=\"{Right}\" user_app=\"{Right}\";",
    ];

    [Fact]
    public async Task Refused_credentials_are_called_so_without_showing_them_and_the_right_ones_work()
    {
        await using var server = await KafkaServer.FindAsync(advertised: null, Sasl, FaultStory.Cancel);
        Assert.SkipWhen(server is null, KafkaServer.Remedy);
        var began = Stopwatch.GetTimestamp();
        await using (var app = await FaultApp.PublishAsync(Plan(server, Wrong).With("PublishTimeout", "3s"), FaultStory.Cancel))
        {
            var error = await Assert.ThrowsAsync<PublishException>(() => app.Publisher.PublishAsync(new NumberedEvent("k", 0, ""), cancellationToken: FaultStory.Cancel).AsTask());
            Console.WriteLine($"authentication refused: {error.Kind} after {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s: {error}");
            Console.WriteLine(string.Join('\n', app.Logs.Lines));
            Assert.True(error.Kind == EventFabricErrorKind.Unauthorized, $"expected Unauthorized, seen {error.Kind}: {error.Message}");
            Assert.DoesNotContain(Wrong, $"{error}\n{string.Join('\n', app.Logs.Lines)}", StringComparison.Ordinal);
        }

        await using var story = new FaultStory(Plan(server, Right));
        await story.StartAsync();
        await story.FinishAsync("authentication right");
    }

    private static FaultPlan Plan(KafkaServer server, string password) => new FaultPlan(server.BootstrapServers)
        .With("Brokers:default:Kafka:SecurityProtocol", "SaslPlaintext")
        .With("Brokers:default:Kafka:Username", "app")
        .With("Brokers:default:Kafka:Password", password);
}
