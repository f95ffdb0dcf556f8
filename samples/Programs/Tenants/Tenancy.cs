/// <summary>Who the current request belongs to.</summary>
public interface ITenantAccessor
{
    string? Current { get; }
}

/// <summary>The tenant of the current flow of control.</summary>
public sealed class AmbientTenant : ITenantAccessor
{
    private static readonly AsyncLocal<string?> Ambient = new();

    public string? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }
}

/// <summary>The tenant of one delivery.</summary>
public sealed class TenantScope
{
    public string? Tenant;
}
