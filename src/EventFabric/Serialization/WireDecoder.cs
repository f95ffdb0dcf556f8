namespace EventFabric.Serialization;

/// <summary>One name on the wire, and what makes a <typeparamref name="T"/> of its bodies.</summary>
/// <typeparam name="T">The type that a handler takes.</typeparam>
/// <param name="WireType">The CloudEvents type.</param>
/// <param name="IsUpcast">True when an upcaster is on the way: where the subscription has a handler for the older type itself, that one is meant.</param>
/// <param name="Decoder">The decoder.</param>
internal readonly record struct WireDecoder<T>(string WireType, bool IsUpcast, PayloadDecoder<T> Decoder)
    where T : notnull;
