using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace EventFabric.Kafka;

/// <summary>Gives the client a token whenever it asks for one: the question comes on its poll thread, which must not wait for the answer.</summary>
internal sealed class TokenSource(string broker, CredentialSource provider, TimeProvider time, ILogger logger)
{
    internal void Refresh(IClient client, string configuration) => _ = RefreshAsync(client);

    private async Task RefreshAsync(IClient client)
    {
        try
        {
            // The provider may block before its first await.
            var credential = await Task.Run(() => provider(CancellationToken.None).AsTask()).ConfigureAwait(false);
            var ends = credential.ExpiresAt ?? time.GetUtcNow().AddHours(1);
            client.OAuthBearerSetToken(credential.Secret, ends.ToUnixTimeMilliseconds(), credential.Principal ?? "eventfabric");
        }
        catch (Exception error)
        {
            KafkaLog.NoToken(logger, broker, error);
            Fail(client, error);
        }
    }

    private static void Fail(IClient client, Exception error)
    {
        try
        {
            // The client asks again after ten seconds. Its message goes into logs: the kind of error only.
            client.OAuthBearerSetTokenFailure($"the TokenProvider failed: {error.GetType().Name}");
        }
        catch (Exception gone) when (gone is ObjectDisposedException or KafkaException or InvalidOperationException)
        {
            // The client was closed meanwhile.
        }
    }
}
