using NATS.Client.Core;

namespace EventFabric;

/// <summary>The settings of one NATS system, <c>Brokers:{name}:Nats</c>. Named options: the name is the broker's.</summary>
public sealed class NatsOptions
{
    /// <summary>Where to connect: <c>nats://host:4222</c> or <c>tls://host:4222</c>, more than one separated by commas. Required. User and password do not belong here.</summary>
    /// <value>Default: none.</value>
    public string? Url { get; set; }

    /// <summary>Whether events are kept in streams, or go to who listens at that moment. <see cref="NatsMode.Core"/> keeps nothing, and refuses what needs streams.</summary>
    /// <value>Default: <see cref="NatsMode.JetStream"/>.</value>
    public NatsMode Mode { get; set; }

    /// <summary>The user.</summary>
    /// <value>Default: none.</value>
    public string? Username { get; set; }

    /// <summary>The user's password. Printed nowhere.</summary>
    /// <value>Default: none.</value>
    public string? Password { get; set; }

    /// <summary>A token that all clients of the server share. Printed nowhere.</summary>
    /// <value>Default: none.</value>
    public string? Token { get; set; }

    /// <summary>The seed of an nkey (<c>SU...</c>), which signs what the server asks. Printed nowhere.</summary>
    /// <value>Default: none.</value>
    public string? NKeySeed { get; set; }

    /// <summary>A file with a user's JWT and seed, as <c>nsc</c> writes it.</summary>
    /// <value>Default: none.</value>
    public string? CredentialsFile { get; set; }

    /// <summary>
    /// Gives the credential at each connect, in place of those above: a token, or the password of <see cref="Credential.Principal"/> where there is one. Set in
    /// code. Called from any thread.
    /// </summary>
    /// <value>Default: none.</value>
    public CredentialSource? TokenProvider { get; set; }

    /// <summary>Whether the connection is encrypted.</summary>
    /// <value>Default: <see cref="TlsMode.Auto"/>: where the server or the URL's scheme asks for it. <see cref="TlsMode.Require"/> never falls back to plain text.</value>
    public TlsMode Tls { get; set; }

    /// <summary>A file of certificates (PEM) of the authorities that are trusted.</summary>
    /// <value>Default: the system's store.</value>
    public string? CaFile { get; set; }

    /// <summary>A file with the client's certificate (PEM), for mutual TLS.</summary>
    /// <value>Default: none.</value>
    public string? CertificateFile { get; set; }

    /// <summary>A file with the key of the client's certificate (PEM).</summary>
    /// <value>Default: none.</value>
    public string? KeyFile { get; set; }

    /// <summary>What the server's monitoring calls this client.</summary>
    /// <value>Default: null, which is <c>eventfabric</c>.</value>
    public string? ClientId { get; set; }

    /// <summary>The JetStream domain, where the streams are in another one than the server's.</summary>
    /// <value>Default: none.</value>
    public string? Domain { get; set; }

    /// <summary>
    /// How long a delivered event is one member's before the server gives it to another (<c>ack_wait</c>); renewed as long as the handler runs. Only subscriptions
    /// without order have leases. 1 second to 1 hour.
    /// </summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a member of an ordered group may be silent before its partitions go to others: 1 second to 30 minutes.</summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
