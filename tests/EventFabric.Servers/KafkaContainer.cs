using DotNet.Testcontainers.Builders;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.Kafka;

namespace EventFabric.Servers;

/// <summary>A Kafka broker in a container: the last choice, since it can neither be killed and started again on its port nor take listeners of a test's own.</summary>
internal static class KafkaContainer
{
    private const string Image = "apache/kafka:4.3.1";

    /// <summary>Starts a broker; null: no engine answers.</summary>
    /// <param name="engines">Where an engine would listen.</param>
    /// <param name="lines">Lines of the server's configuration.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The container, to be disposed, and where clients find the broker.</returns>
    public static async Task<(IAsyncDisposable Container, string BootstrapServers)?> StartAsync(IReadOnlyList<string> engines, IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        if (!await DockerEngine.IsThereAsync(engines, cancellationToken))
            return null;
        Testcontainers.Kafka.KafkaContainer container;
        try
        {
            container = new KafkaBuilder(Image)
                .WithLogger(NullLogger.Instance)
                .WithEnvironment(lines.Select(Variable).ToDictionary(static variable => variable.Name, static variable => variable.Value))
                .Build();
        }
        catch (DockerUnavailableException)
        {
            // Somebody listens who is no engine.
            return null;
        }

        try
        {
            await container.StartAsync(cancellationToken);
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }

        return (container, $"{container.Hostname}:{container.GetMappedPublicPort(KafkaBuilder.KafkaPort)}");
    }

    /// <summary>A line of the server's configuration as the image takes it: <c>KAFKA_</c>, upper case, and dots as underscores.</summary>
    private static (string Name, string Value) Variable(string line)
    {
        var (end, name) = (line.IndexOf('='), new System.Text.StringBuilder("KAFKA_"));
        foreach (var character in line[..end])
        {
            _ = character switch
            {
                '.' => name.Append('_'),
                '_' => name.Append("__"),
                '-' => name.Append("___"),
                _ => name.Append(char.ToUpperInvariant(character)),
            };
        }

        return (name.ToString(), line[(end + 1)..]);
    }
}
