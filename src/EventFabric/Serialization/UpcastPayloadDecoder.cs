using EventFabric.Envelope;

namespace EventFabric.Serialization;

/// <summary>Decodes an older type and makes the newer one of it.</summary>
/// <typeparam name="TOld">The type that arrives.</typeparam>
/// <typeparam name="TNew">The type that a handler takes.</typeparam>
internal sealed class UpcastPayloadDecoder<TOld, TNew>(PayloadDecoder<TOld> older, Func<TOld, TNew> upcast) : PayloadDecoder<TNew>
    where TOld : notnull
    where TNew : notnull
{
    internal override ValueTask<TNew> DecodeAsync(in DecodedEvent received, EventContext context, CancellationToken cancellationToken)
    {
        var decoding = older.DecodeAsync(received, context, cancellationToken);
        return decoding.IsCompletedSuccessfully ? new ValueTask<TNew>(Upcast(decoding.Take())) : AwaitAsync(decoding);
    }

    private async ValueTask<TNew> AwaitAsync(ValueTask<TOld> decoding) => Upcast(await decoding.ConfigureAwait(false));

    private TNew Upcast(TOld old)
    {
        TNew data;
        try
        {
            data = upcast(old);
        }
        catch (Exception exception)
        {
            throw new PayloadException(
                PayloadException.UndecodableBody, $"The upcaster from {typeof(TOld)} to {typeof(TNew)} threw {exception.GetType()}.", exception);
        }

        return data is null
            ? throw new PayloadException(PayloadException.UndecodableBody, $"The upcaster from {typeof(TOld)} to {typeof(TNew)} gave null.")
            : data;
    }
}
