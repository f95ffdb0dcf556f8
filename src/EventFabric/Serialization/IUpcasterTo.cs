namespace EventFabric.Serialization;

/// <summary>An upcaster, seen from the type that it makes.</summary>
/// <typeparam name="T">The newer type.</typeparam>
internal interface IUpcasterTo<T>
    where T : notnull
{
    /// <summary>A decoder for every name on the wire that ends in the older type.</summary>
    IEnumerable<WireDecoder<T>> Extend(PayloadDecoders decoders);
}
