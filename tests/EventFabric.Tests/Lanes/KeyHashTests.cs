using EventFabric.Lanes;
using FsCheck.Xunit;
using Xunit;

namespace EventFabric.Tests.Lanes;

public sealed class KeyHashTests
{
    [Property]
    public void Equal_keys_have_equal_hashes_and_none_is_zero(byte[] key)
    {
        Assert.NotEqual(0UL, KeyHash.Compute(key));
        Assert.Equal(KeyHash.Compute(key), KeyHash.Compute([.. key]));
    }

    [Property(MaxTest = 300)]
    public void One_bit_or_one_byte_more_is_another_hash(byte[] key, byte at)
    {
        Assert.NotEqual(KeyHash.Compute(key), KeyHash.Compute([.. key, 0]));
        if (key.Length == 0)
            return;
        byte[] other = [.. key];
        other[at % key.Length] ^= (byte)(1 << (at % 8));
        Assert.NotEqual(KeyHash.Compute(key), KeyHash.Compute(other));
    }

    [Fact]
    public void A_hundred_thousand_short_keys_do_not_collide()
    {
        var seen = new HashSet<ulong>();
        for (var i = 0; i < 100_000; i++)
            Assert.True(seen.Add(KeyHash.Compute(System.Text.Encoding.ASCII.GetBytes($"customer-{i}"))), $"customer-{i} collides.");
    }
}
