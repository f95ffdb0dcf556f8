using Testcontainers.Kafka;

namespace EventFabric.Servers;

/// <summary>A Kafka in a container: the last choice, where a container engine runs and nothing else was found.</summary>
internal static class KafkaContainer
{
    private const string Image = "apache/kafka:4.1.0";

    /// <summary>Where engines listen that are installed in the usual way.</summary>
    private const string Socket = "/var/run/docker.sock";

    /// <summary>Whether an engine is there, without asking it: a question that nobody answers would take its time.</summary>
    internal static bool HasEngine => Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } || File.Exists(Socket) || OperatingSystem.IsWindows();

    /// <summary>Starts one; null: the engine does not answer, or cannot have the image.</summary>
    internal static async Task<KafkaContainerServer?> StartAsync(int partitions, CancellationToken cancellationToken)
    {
        if (!HasEngine)
            return null;
        try
        {
            var container = new KafkaBuilder(Image).WithEnvironment("KAFKA_NUM_PARTITIONS", $"{partitions}").WithEnvironment("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false").Build();
            await container.StartAsync(cancellationToken);
            return new KafkaContainerServer(container.GetBootstrapAddress(), container);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Console.WriteLine($"Kafka: a container could not be started: {error.Message}");
            return null;
        }
    }
}

/// <summary>A broker in a container, and what stops it.</summary>
internal sealed record KafkaContainerServer(string BootstrapServers, IAsyncDisposable Container);
