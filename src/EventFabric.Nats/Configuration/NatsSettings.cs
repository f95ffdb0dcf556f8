using EventFabric.Drivers;

namespace EventFabric.Nats.Configuration;

/// <summary>The table of the adapter's settings.</summary>
internal static class NatsSettings
{
    internal static void Read(SettingsReader reader, NatsOptions options)
    {
        options.Url = reader.Text("Url", "Where to connect: nats://host:4222, more than one separated by commas.", options.Url, required: true);
        options.Mode = reader.Choice("Mode", "JetStream: events are kept in streams. Core: they go to who listens at that moment, and nobody keeps them.", options.Mode);
        options.Username = reader.Text("Username", "The user.", options.Username);
        options.Password = reader.Text("Password", "The user's password.", options.Password, secret: true);
        options.Token = reader.Text("Token", "A token that all clients of the server share.", options.Token, secret: true);
        options.NKeySeed = reader.Text("NKeySeed", "The seed of an nkey, which signs what the server asks.", options.NKeySeed, secret: true);
        options.CredentialsFile = reader.Text("CredentialsFile", "A file with a user's JWT and seed.", options.CredentialsFile);
        options.Tls = reader.Choice("Tls", "Whether the connection is encrypted. Auto: where the server or the URL's scheme asks for it.", options.Tls);
        options.CaFile = reader.Text("CaFile", "A file of certificates (PEM) of the authorities that are trusted. Default: the system's store.", options.CaFile);
        options.CertificateFile = reader.Text("CertificateFile", "A file with the client's certificate (PEM), for mutual TLS.", options.CertificateFile);
        options.KeyFile = reader.Text("KeyFile", "A file with the key of the client's certificate (PEM).", options.KeyFile);
        options.ClientId = reader.Text("ClientId", "What the server's monitoring calls this client. Default: eventfabric.", options.ClientId);
        options.Domain = reader.Text("Domain", "The JetStream domain, where the streams are in another one than the server's.", options.Domain);
        options.Lease = reader.Duration(
            "Lease",
            "How long a delivered event is one member's before the server gives it to another, where the subscription is not ordered.",
            options.Lease,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromHours(1))!.Value;
        options.SessionTimeout = reader.Duration(
            "SessionTimeout",
            "How long a member of an ordered group may be silent before its partitions go to others.",
            options.SessionTimeout,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromMinutes(30))!.Value;
        if (reader.IsComplete)
            Check(reader, options);
    }

    private static void Check(SettingsReader reader, NatsOptions options)
    {
        CheckUrl(reader, options.Url);
        if (options.Mode == NatsMode.Core && options.Domain is not null)
            reader.Problem("Domain", "is of JetStream, and Mode is Core; remove one of them");
        if (options.Username is null != options.Password is null)
            reader.Problem(options.Password is null ? "Password" : "Username", "is required: a user is a Username and its Password");
        if (options.CertificateFile is null != options.KeyFile is null)
            reader.Problem(options.KeyFile is null ? "KeyFile" : "CertificateFile", "is required: a client certificate is a CertificateFile and its KeyFile");
        if (options.NKeySeed is { } seed && !ClientOptions.IsSeed(seed))
            reader.Problem("NKeySeed", "is no seed of a user's nkey, which begins with SU");
        string[] given = [.. Given(options)];
        if (given.Length > 1)
            reader.Problem(given[1], $"cannot stand beside {given[0]}: a client proves who it is in one way; remove one of them");
    }

    /// <summary>The settings that say who the client is.</summary>
    internal static IEnumerable<string> Given(NatsOptions options)
    {
        if (options.Username is not null)
            yield return "Username";
        if (options.Token is not null)
            yield return "Token";
        if (options.NKeySeed is not null)
            yield return "NKeySeed";
        if (options.CredentialsFile is not null)
            yield return "CredentialsFile";
    }

    private static void CheckUrl(SettingsReader reader, string? urls)
    {
        foreach (var url in urls?.Split(',') ?? [])
        {
            // The text is not repeated: it may hold a password.
            if (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out var parsed) || parsed.Scheme is not ("nats" or "tls" or "ws" or "wss") || parsed.Host.Length == 0)
                reader.Problem("Url", "is no address of a NATS server; write nats://host:4222 or tls://host:4222, more than one separated by commas");
            else if (parsed.UserInfo.Length > 0)
                reader.Problem("Url", "holds a user or a password, which would stand in logs; write them as Username and Password, or as Token");
        }
    }
}
