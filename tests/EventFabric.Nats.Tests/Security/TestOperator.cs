using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using NATS.NKeys;

namespace EventFabric.Nats.Tests.Security;

/// <summary>Who signs accounts and users where a server knows them by JWT: what <c>nsc</c> does, in a folder of its own.</summary>
internal sealed class TestOperator : IDisposable
{
    private readonly KeyPair _operator = KeyPair.CreatePair(PrefixByte.Operator);
    private readonly KeyPair _system = KeyPair.CreatePair(PrefixByte.Account);
    private readonly KeyPair _account = KeyPair.CreatePair(PrefixByte.Account);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("eventfabric-creds-");

    /// <summary>What the server is configured with: it trusts this operator, and knows one account.</summary>
    internal string[] Configuration =>
    [
        $"operator: {Sign(_operator, _operator, new JsonObject { ["type"] = "operator" })}",
        $"system_account: {_system.GetPublicKey()}",
        "resolver: MEMORY",
        "authorization { timeout: 30 }",
        $"resolver_preload: {{ {_system.GetPublicKey()}: {Account(_system)}, {_account.GetPublicKey()}: {Account(_account)} }}",
    ];

    /// <summary>Signs a user of the account.</summary>
    /// <param name="user">The user's key.</param>
    /// <param name="expires">Until when it is good; null: for ever.</param>
    internal string User(KeyPair user, DateTimeOffset? expires = null) => Sign(
        user,
        _account,
        new JsonObject { ["type"] = "user", ["pub"] = new JsonObject(), ["sub"] = new JsonObject(), ["subs"] = -1, ["data"] = -1, ["payload"] = -1 },
        expires);

    /// <summary>Writes a file with a user's JWT and seed.</summary>
    internal string Write(string jwt, string seed)
    {
        var file = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.creds");
        File.WriteAllText(file, $"""
            -----BEGIN NATS USER JWT-----
            {jwt}
            ------END NATS USER JWT------

            -----BEGIN USER NKEY SEED-----
            {seed}
            ------END USER NKEY SEED------

            """);
        return file;
    }

    public void Dispose()
    {
        _operator.Dispose();
        _system.Dispose();
        _account.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Account(KeyPair account)
    {
        var limits = new JsonObject { ["wildcards"] = true };
        foreach (var name in (string[])["subs", "data", "payload", "imports", "exports", "conn", "leaf"])
            limits[name] = -1;
        // The system's account must have no streams.
        if (account == _account)
        {
            foreach (var name in (string[])["mem_storage", "disk_storage", "streams", "consumer"])
                limits[name] = -1;
        }

        return Sign(account, _operator, new JsonObject { ["type"] = "account", ["limits"] = limits });
    }

    private static string Sign(KeyPair subject, KeyPair issuer, JsonObject claims, DateTimeOffset? expires = null)
    {
        claims["version"] = 2;
        var body = new JsonObject
        {
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["iat"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["iss"] = issuer.GetPublicKey(),
            ["sub"] = subject.GetPublicKey(),
            ["name"] = "tests",
            ["nats"] = claims,
        };
        if (expires is { } end)
            body["exp"] = end.ToUnixTimeSeconds();
        var text = $"{Encode("""{"typ":"JWT","alg":"ed25519-nkey"}""")}.{Encode(body.ToJsonString())}";
        var signature = new byte[64];
        issuer.Sign(Encoding.ASCII.GetBytes(text), signature);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
