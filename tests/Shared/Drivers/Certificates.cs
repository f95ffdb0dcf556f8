using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EventFabric.Tests.Drivers;

/// <summary>An authority, a server's and a client's certificate, and a stranger's, as PEM files in a folder of their own.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("eventfabric-tls-");

    internal Certificates()
    {
        using var authority = Authority("CN=authority");
        using var stranger = Authority("CN=stranger");
        CaFile = Write("ca.pem", authority.ExportCertificatePem());
        StrangerFile = Write("stranger.pem", stranger.ExportCertificatePem());
        var (server, serverKey) = Issue(authority, "CN=broker");
        ServerFile = Write("server.pem", $"{serverKey}\n{server}\n{authority.ExportCertificatePem()}\n");
        var (client, clientKey) = Issue(authority, "CN=client");
        ClientFile = Write("client.pem", client);
        ClientKeyFile = Write("client.key", clientKey);
    }

    internal string CaFile { get; }

    /// <summary>An authority that signed nothing.</summary>
    internal string StrangerFile { get; }

    /// <summary>Key and certificates of the server in one.</summary>
    internal string ServerFile { get; }

    internal string ClientFile { get; }

    internal string ClientKeyFile { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private static (string Certificate, string Key) Issue(X509Certificate2 authority, string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(7), RandomNumberGenerator.GetBytes(16));
        return (issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
