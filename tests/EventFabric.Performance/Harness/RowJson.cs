using System.Text.Json.Serialization;

namespace EventFabric.Performance.Harness;

/// <summary>The rows as JSON: the machine's form of the report.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<Row>))]
internal sealed partial class RowJson : JsonSerializerContext;
