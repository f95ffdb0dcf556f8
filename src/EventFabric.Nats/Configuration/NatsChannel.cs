using EventFabric.Drivers;
using NATS.Client.JetStream.Models;

namespace EventFabric.Nats.Configuration;

/// <summary>What <c>Channels:{channel}:Nats</c> says of the stream. Null: the default.</summary>
internal sealed record NatsChannel(
    string? Stream, int? Partitions, int? Replicas, StreamConfigStorage? Storage, TimeSpan? Retention, TimeSpan? DuplicateWindow)
{
    internal const int DefaultPartitions = 4;
    internal const int MaxPartitions = 256;

    internal static NatsChannel Default { get; } = new(null, null, null, null, null, null);

    /// <summary>The names of the settings that were written.</summary>
    internal IEnumerable<string> Given()
    {
        (string Name, object? Value)[] all =
        [
            (nameof(Stream), Stream), (nameof(Partitions), Partitions), (nameof(Replicas), Replicas), (nameof(Storage), Storage), (nameof(Retention), Retention), (nameof(DuplicateWindow), DuplicateWindow),
        ];
        return all.Where(static setting => setting.Value is not null).Select(static setting => setting.Name);
    }

    internal static NatsChannel Read(SettingsReader reader) => new(
        reader.Text("Stream", "The stream's name. Default: the address, with other characters than letters, digits, '-' and '_' replaced by '_'."),
        (int?)reader.Number("Partitions", $"Subjects that keys are dealt out to. More than one process can work on an ordered subscription only where there are more than one. Default: {DefaultPartitions} for a stream that is made.", null, 1, MaxPartitions),
        (int?)reader.Number("Replicas", "Servers of the cluster that have a copy. Default: 1 for a stream that is made.", null, 1, 5),
        reader.Choice<StreamConfigStorage>("Storage", "Where the server keeps the stream. Default: File for a stream that is made.", fallback: null),
        reader.Duration("Retention", "How long the stream keeps records. Default: for ever.", null, TimeSpan.FromSeconds(1), TimeSpan.FromDays(36_500)),
        reader.Duration("DuplicateWindow", "How long the server remembers ids, and discards what is sent twice. Default: 2 minutes for a stream that is made.", null, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)));
}
