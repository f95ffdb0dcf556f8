namespace EventFabric;

/// <summary>What a broker asks a client for: a password, a token, a connection string. Immutable; its text never shows the secret.</summary>
/// <param name="Secret">The secret itself.</param>
/// <param name="ExpiresAt">When it stops being valid; null: the broker does not say. It is asked for again before that.</param>
/// <param name="Principal">Whom it stands for: a user name, a client id; null: the secret says so itself.</param>
public sealed record Credential(string Secret, DateTimeOffset? ExpiresAt = null, string? Principal = null)
{
    /// <summary>Names the principal and the expiry, never the secret.</summary>
    /// <returns>Text that is safe to log.</returns>
    public override string ToString() =>
        $"Credential {{ Principal = {Principal ?? "none"}, ExpiresAt = {ExpiresAt?.ToString("u", null) ?? "none"}, Secret = *** }}";
}

/// <summary>
/// Gives the newest credential. It is asked at connect, when a broker challenges, and before <see cref="Credential.ExpiresAt"/>;
/// nothing caches its answer past that. It may be called from several threads at once.
/// </summary>
/// <param name="cancellationToken">Ends the wait when the connection is given up.</param>
/// <returns>The credential to use now.</returns>
public delegate ValueTask<Credential> CredentialSource(CancellationToken cancellationToken);
