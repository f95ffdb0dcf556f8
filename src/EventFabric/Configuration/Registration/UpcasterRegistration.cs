using EventFabric.Serialization;

namespace EventFabric.Configuration;

/// <summary>One <c>AddUpcaster</c>: events of an older type reach the handlers of a newer one.</summary>
internal abstract class UpcasterRegistration
{
    public abstract Type From { get; }

    public abstract Type To { get; }
}

/// <inheritdoc/>
/// <typeparam name="TOld">The type that arrives.</typeparam>
/// <typeparam name="TNew">The type that handlers take.</typeparam>
internal sealed class UpcasterRegistration<TOld, TNew>(Func<TOld, TNew> upcast) : UpcasterRegistration, IUpcasterTo<TNew>
    where TOld : notnull
    where TNew : notnull
{
    public override Type From => typeof(TOld);

    public override Type To => typeof(TNew);

    public Func<TOld, TNew> Upcast { get; } = upcast;

    public IEnumerable<WireDecoder<TNew>> Extend(PayloadDecoders decoders)
        => decoders.For<TOld>().Select(old => new WireDecoder<TNew>(old.WireType, true, new UpcastPayloadDecoder<TOld, TNew>(old.Decoder, Upcast)));
}
