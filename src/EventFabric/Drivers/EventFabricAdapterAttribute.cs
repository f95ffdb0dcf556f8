using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>Names the driver of an adapter package, so that the generator behind <c>AddReferencedAdapters</c> finds it without scanning.</summary>
[Experimental("EVF9001")]
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class EventFabricAdapterAttribute : Attribute
{
    /// <summary>Marks the assembly as an adapter.</summary>
    /// <param name="driver">The type that implements <see cref="IBrokerDriver"/>.</param>
    public EventFabricAdapterAttribute(Type driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        Driver = driver;
    }

    /// <summary>The type that implements <see cref="IBrokerDriver"/>.</summary>
    public Type Driver { get; }
}
