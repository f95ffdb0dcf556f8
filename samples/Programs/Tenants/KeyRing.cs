using System.Collections.Concurrent;
using System.Security.Cryptography;
using EventFabric;

/// <summary>The keys of all tenants.</summary>
public interface IKeyRing
{
    ValueTask<TenantKey> CurrentAsync(IDictionary<string, string> headers, CancellationToken cancellationToken);

    ValueTask<TenantKey> ForAsync(EventHeaders headers, CancellationToken cancellationToken);
}

/// <summary>A key for each tenant, gone with the process. A real one asks a vault.</summary>
public sealed class KeyRing : IKeyRing
{
    private readonly ConcurrentDictionary<string, TenantKey> _keys = new();

    public ValueTask<TenantKey> CurrentAsync(IDictionary<string, string> headers, CancellationToken cancellationToken) => new(KeyOf(headers["tenant"]));

    public ValueTask<TenantKey> ForAsync(EventHeaders headers, CancellationToken cancellationToken) => new(KeyOf(headers["tenant"]));

    private TenantKey KeyOf(string tenant) => _keys.GetOrAdd(tenant, static _ => new TenantKey(RandomNumberGenerator.GetBytes(32)));
}
