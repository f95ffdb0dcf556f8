using System.Buffers;
using System.Security.Cryptography;
using System.Text;

/// <summary>Seals and opens bodies with AES-GCM (NIST SP 800-38D): nonce, tag, ciphertext.</summary>
public sealed class TenantKey(byte[] key)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public void Seal(ReadOnlySequence<byte> body, IBufferWriter<byte> output, string aad)
    {
        var plain = body.ToArray();
        var destination = output.GetSpan(NonceBytes + TagBytes + plain.Length);
        var nonce = destination[..NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, plain, destination.Slice(NonceBytes + TagBytes, plain.Length), destination.Slice(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(aad));
        output.Advance(NonceBytes + TagBytes + plain.Length);
    }

    public void Open(ReadOnlySequence<byte> body, IBufferWriter<byte> output, string aad)
    {
        ReadOnlySpan<byte> @sealed = body.ToArray();
        if (@sealed.Length < NonceBytes + TagBytes) throw new CryptographicException("The body is too short to be a sealed one.");
        var length = @sealed.Length - NonceBytes - TagBytes;
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(
            @sealed[..NonceBytes],
            @sealed[(NonceBytes + TagBytes)..],
            @sealed.Slice(NonceBytes, TagBytes),
            output.GetSpan(length)[..length],
            Encoding.UTF8.GetBytes(aad));
        output.Advance(length);
    }
}
