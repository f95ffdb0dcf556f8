namespace EventFabric.Envelope;

/// <summary>Something that has a decoded event in a field: the engine's slot.</summary>
internal interface IDecodedHolder
{
    ref readonly DecodedEvent Decoded { get; }
}
