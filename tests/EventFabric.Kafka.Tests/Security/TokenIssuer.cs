using System.Buffers.Text;
using System.Text;

namespace EventFabric.Kafka.Tests.Security;

/// <summary>Issues unsigned tokens, which the broker's own validator for development takes, and notes when.</summary>
internal sealed class TokenIssuer(TimeSpan lifetime)
{
    private readonly List<DateTimeOffset> _issued = [];

    internal IReadOnlyList<DateTimeOffset> Issued
    {
        get
        {
            lock (_issued)
                return [.. _issued];
        }
    }

    internal ValueTask<Credential> IssueAsync(CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        lock (_issued)
            _issued.Add(now);
        var ends = now + lifetime;
        var claims = $$"""{"sub":"service","iat":{{now.ToUnixTimeSeconds() - 1}},"exp":{{ends.ToUnixTimeMilliseconds() / 1000.0}}}""";
        var token = $"{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.";
        return new ValueTask<Credential>(new Credential(token, ends, "service"));
    }
}
