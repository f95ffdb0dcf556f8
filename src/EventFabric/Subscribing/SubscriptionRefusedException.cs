namespace EventFabric.Subscribing;

/// <summary>The broker cannot do what the configuration asks of it; trying again does not help.</summary>
internal sealed class SubscriptionRefusedException(string message) : Exception(message);
