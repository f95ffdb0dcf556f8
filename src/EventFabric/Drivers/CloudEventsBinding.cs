using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>How a broker's records carry CloudEvents attributes.</summary>
/// <param name="Prefix">
/// What stands before an attribute's name in a header: <c>ce_</c>, as the Kafka protocol binding for CloudEvents 1.0 says
/// (section 3.2.3), <c>ce-</c> for HTTP and NATS.
/// </param>
/// <param name="ContentTypeName">The header that carries <c>datacontenttype</c>: <c>content-type</c>.</param>
/// <param name="AlsoRead">A second prefix that is read but not written; null: none.</param>
/// <param name="PercentEncoded">Whether values are percent-encoded on the wire, because the broker's headers cannot carry every character.</param>
/// <param name="StructuredOnly">Whether the broker has no headers, so that only structured events can be sent.</param>
[Experimental("EVF9001")]
public sealed record CloudEventsBinding(
    string Prefix,
    string ContentTypeName,
    string? AlsoRead = null,
    bool PercentEncoded = false,
    bool StructuredOnly = false);
