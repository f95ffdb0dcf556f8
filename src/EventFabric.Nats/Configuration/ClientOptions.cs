using System.Text;
using EventFabric.Drivers;
using NATS.Client.Core;

namespace EventFabric.Nats.Configuration;

/// <summary>Makes the client library's options of ours.</summary>
internal static class ClientOptions
{
    /// <param name="options">What is configured.</param>
    /// <param name="context">The broker.</param>
    /// <param name="known">Servers beyond the configured ones, each as host and port.</param>
    internal static NatsOpts Of(NatsOptions options, BrokerContext context, IReadOnlyList<string> known) => NatsOpts.Default with
    {
        Url = WithKnown(options.Url!, known),
        Name = options.ClientId ?? "eventfabric",
        AuthOpts = Credentials(options),
        TlsOpts = new NatsTlsOpts { Mode = options.Tls, CaFile = options.CaFile, CertFile = options.CertificateFile, KeyFile = options.KeyFile },
        // What the client says at Information is said by the library in its own words.
        LoggerFactory = new QuietLoggers(context.Loggers),
        // Byte for byte: the client writes text, the library has bytes.
        HeaderEncoding = Encoding.Latin1,
        CaseSensitiveHeaders = true,
        // It reconnects for ever, also where a credential was refused: it may be renewed.
        MaxReconnectRetry = -1,
        IgnoreAuthErrorAbort = true,
        ReconnectWaitMin = TimeSpan.FromMilliseconds(100),
        ReconnectWaitMax = TimeSpan.FromSeconds(2),
        PingInterval = TimeSpan.FromSeconds(10),
        PublishTimeoutOnDisconnected = true,
        CommandTimeout = TimeSpan.FromSeconds(10),
    };

    private static string WithKnown(string urls, IReadOnlyList<string> known)
    {
        var first = new Uri(urls.Split(',')[0].Trim());
        return string.Join(',', known.Select(server => $"{first.Scheme}://{server}").Prepend(urls));
    }

    private static NatsAuthOpts Credentials(NatsOptions options)
    {
        if (options.TokenProvider is { } provider)
        {
            return NatsAuthOpts.Default with
            {
                AuthCredCallback = async (_, cancellationToken) =>
                {
                    var credential = await provider(cancellationToken).ConfigureAwait(false);
                    return credential.Principal is { } user ? NatsAuthCred.FromUserInfo(user, credential.Secret) : NatsAuthCred.FromToken(credential.Secret);
                },
            };
        }

        if (options.CredentialsFile is { } file)
        {
            // Read at each connect: a user that expires is renewed in the file.
            return NatsAuthOpts.Default with { AuthCredCallback = (_, _) => new(NatsAuthCred.FromCredsFile(file)) };
        }

        return NatsAuthOpts.Default with
        {
            Username = options.Username,
            Password = options.Password,
            Token = options.Token,
            Seed = options.NKeySeed,
            NKey = options.NKeySeed is { } seed ? PublicKey(seed) : null,
        };
    }

    /// <summary>Whether a text is the seed of an nkey; it is in no message.</summary>
    internal static bool IsSeed(string text)
    {
        try
        {
            _ = PublicKey(text);
            return true;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or NATS.NKeys.NKeysException)
        {
            return false;
        }
    }

    private static string PublicKey(string seed)
    {
        using var pair = NATS.NKeys.KeyPair.FromSeed(seed.ToCharArray());
        return pair.GetPublicKey();
    }
}
