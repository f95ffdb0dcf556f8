namespace Orders;

/// <summary>What the command line says.</summary>
/// <param name="Events">How many orders are published.</param>
/// <param name="Keys">How many customers order.</param>
/// <param name="Broker">Which appsettings.NAME.json applies.</param>
/// <param name="Json">Where the closing table goes as JSON, or null.</param>
public sealed record RunOptions(int Events, int Keys, string Broker, FileInfo? Json);
