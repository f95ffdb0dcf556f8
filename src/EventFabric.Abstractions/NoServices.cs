namespace EventFabric;

/// <summary>The services of an event that was never delivered: none.</summary>
internal sealed class NoServices : IServiceProvider
{
    internal static readonly NoServices Instance = new();

    public object? GetService(Type serviceType) => null;
}
