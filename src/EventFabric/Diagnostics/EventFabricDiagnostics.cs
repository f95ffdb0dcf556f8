namespace EventFabric;

/// <summary>The names under which the library tells what it does.</summary>
public static class EventFabricDiagnostics
{
    /// <summary>The name of the <c>ActivitySource</c> and of the <c>Meter</c>: <c>AddSource(Name)</c> and <c>AddMeter(Name)</c> are all that OpenTelemetry needs.</summary>
    public const string Name = "EventFabric";
}
