using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Drivers;

/// <summary>One problem of the configuration that only the driver can see.</summary>
/// <param name="Key">The setting, below the section of the plan: <c>Ordering</c>, <c>Address</c>, <c>Kafka:Partitions</c>. The engine puts the path before it.</param>
/// <param name="Message">What is wrong, and what to write instead.</param>
[Experimental("EVF9001")]
public readonly record struct ConfigurationIssue(string Key, string Message);
