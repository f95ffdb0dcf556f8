using System.Text;
using EventFabric.Drivers;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EventFabric.Tests.Drivers;

public sealed class HeaderBlockTests
{
    private static readonly CloudEventsBinding Binding = new("ce_", "content-type", "cloudEvents:");

    [Fact]
    public void Names_and_values_come_back_in_order_with_duplicates_and_nulls()
    {
        var writer = new HeaderWriter("ce_");
        writer.Add("a"u8, "1"u8);
        writer.Add("A"u8, default);
        writer.AddNull("a"u8);
        writer.Add(default, "x"u8);
        Assert.Equal(4, writer.Count);
        Assert.Equal(["a=1", "A=", "a=null", "=x"], Read(writer.ToBlock()));
        Assert.True(writer.Block.TryGet("A"u8, out var value));
        Assert.Equal(0, value.Length);
        Assert.False(writer.Block.TryGet("b"u8, out _));
        Assert.False(writer.Block.IsEmpty);
    }

    [Fact]
    public void Attributes_are_found_by_index_under_each_prefix()
    {
        foreach (var prefix in new[] { "ce_", "cloudEvents:" })
        {
            var writer = new HeaderWriter(Binding);
            foreach (var name in new[] { "ce", "id", "type", "source", "time", "subject", "idx", "typo" })
                writer.Add(Encoding.UTF8.GetBytes(prefix + name), Encoding.UTF8.GetBytes(name));
            Assert.Equal("id"u8, writer.Block.WellKnown(CloudEventAttribute.Id));
            Assert.Equal("type"u8, writer.Block.WellKnown(CloudEventAttribute.Type));
            Assert.Equal("source"u8, writer.Block.WellKnown(CloudEventAttribute.Source));
            Assert.Equal("time"u8, writer.Block.WellKnown(CloudEventAttribute.Time));
            Assert.Equal(0, writer.Block.WellKnown((CloudEventAttribute)4).Length);
        }
    }

    [Fact]
    public void The_first_of_a_name_is_indexed_and_case_counts()
    {
        var writer = new HeaderWriter("ce_");
        writer.Add("ce_ID"u8, "upper"u8);
        Assert.Equal(0, writer.Block.WellKnown(CloudEventAttribute.Id).Length);
        writer.Add("ce_id"u8, "first"u8);
        writer.Add("ce_id"u8, "second"u8);
        Assert.Equal("first"u8, writer.Block.WellKnown(CloudEventAttribute.Id));
    }

    [Fact]
    public void An_attribute_far_behind_is_an_ordinary_header()
    {
        var writer = new HeaderWriter("ce_");
        writer.Add("filler"u8, new byte[70_000]);
        writer.Add("ce_id"u8, "far"u8);
        Assert.Equal(0, writer.Block.WellKnown(CloudEventAttribute.Id).Length);
        Assert.True(writer.Block.TryGet("ce_id"u8, out var value));
        Assert.Equal("far"u8, value);
    }

    [Fact]
    public void A_block_goes_on_from_a_template()
    {
        var writer = new HeaderWriter("ce_");
        writer.Add("ce_type"u8, "t"u8);
        writer.Add("x"u8, "1"u8);
        var template = writer.ToBlock();
        writer.Begin(template);
        writer.Add("ce_id"u8, new byte[2000]);
        Assert.Equal(3, writer.Count);
        Assert.Equal("t"u8, writer.Block.WellKnown(CloudEventAttribute.Type));
        Assert.Equal(2000, writer.Block.WellKnown(CloudEventAttribute.Id).Length);
        Assert.Equal(["ce_type=t", "x=1"], Read(template));

        var copy = new byte[writer.Length];
        Assert.Equal(writer.Length, writer.CopyTo(copy));
        Assert.Equal(writer.Block.Bytes.ToArray(), copy);
        writer.Begin(default(HeaderBlock));
        Assert.True(writer.Block.IsEmpty);
    }

    [Fact]
    public void A_slab_is_written_in_place_and_never_beyond()
    {
        var slab = new byte[64];
        var writer = new HeaderWriter("ce_");
        writer.Begin(slab.AsMemory(10, 30));
        Assert.True(writer.TryAdd("ce_id"u8, "1234567"u8));
        Assert.False(writer.TryAdd("y"u8, "xxxx"u8));
        Assert.Throws<ArgumentException>(() => writer.Add("yy"u8, "yyy"u8));
        Assert.Equal(26, writer.Length);
        Assert.Equal("1234567"u8, new HeaderBlock(slab.AsMemory(10, writer.Length)).WellKnown(CloudEventAttribute.Id));
        Assert.True(slab.AsSpan(40).IndexOfAnyExcept((byte)0) < 0, "Nothing is written behind the slab.");
        Assert.Throws<ArgumentException>(() => writer.Begin(new byte[7]));
    }

    [Fact]
    public void A_name_is_bounded()
    {
        var writer = new HeaderWriter("ce_");
        Assert.True(writer.TryAdd(new byte[65_535], "v"u8));
        Assert.False(writer.TryAdd(new byte[65_536], "v"u8));
        Assert.Equal(1, writer.Count);
    }

    [Fact]
    public void Any_headers_come_back()
    {
        var header = ArbMap.Default.GeneratorFor<byte[]>().Zip(ArbMap.Default.GeneratorFor<byte[]?>());
        var headers = header.ListOf().ToArbitrary();
        Prop.ForAll(headers, static all =>
        {
            var writer = new HeaderWriter("ce_");
            foreach (var (name, value) in all) writer.TryAdd(name, value, value is null);
            var read = new List<(byte[], byte[]?)>();
            foreach (var entry in writer.Block) read.Add((entry.Name.ToArray(), entry.IsNull ? null : entry.Value.ToArray()));
            return read.Count == all.Count && read.Zip(all).All(static pair =>
                pair.First.Item1.SequenceEqual(pair.Second.Item1)
                && (pair.First.Item2 is null ? pair.Second.Item2 is null : pair.Second.Item2 is not null && pair.First.Item2.SequenceEqual(pair.Second.Item2)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Hostile_bytes_never_read_outside_the_block_and_always_end()
    {
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var bytes = Hostile(random);

            // The block is a window of a larger array: whatever lies outside of it must not be seen.
            var slab = Enumerable.Repeat((byte)0xEE, bytes.Length + 64).ToArray();
            bytes.CopyTo(slab, 32);
            var block = new HeaderBlock(slab.AsMemory(32, bytes.Length));
            var total = 0;
            foreach (var entry in block)
            {
                Assert.True(Inside(slab, entry.Name, bytes.Length) && Inside(slab, entry.Value, bytes.Length), $"Seed {seed}: an entry lies outside.");
                total += entry.Name.Length + entry.Value.Length + 6;
            }

            Assert.True(total <= bytes.Length, $"Seed {seed}: entries of {total} bytes in a block of {bytes.Length}.");
            for (var attribute = 0; attribute < 5; attribute++)
                Assert.True(Inside(slab, block.WellKnown((CloudEventAttribute)attribute), bytes.Length), $"Seed {seed}: attribute {attribute} lies outside.");
            block.TryGet("x"u8, out var value);
            Assert.True(Inside(slab, value, bytes.Length), $"Seed {seed}: a value lies outside.");
        }
    }

    private static byte[] Hostile(Random random)
    {
        if (random.Next(3) == 0)
        {
            var noise = new byte[random.Next(40)];
            random.NextBytes(noise);
            return noise;
        }

        var writer = new HeaderWriter("ce_");
        for (var i = random.Next(6); i > 0; i--) writer.Add(new byte[random.Next(4)], new byte[random.Next(8)]);
        writer.Add("ce_id"u8, "1"u8);
        var bytes = writer.Block.Bytes.ToArray();
        for (var i = random.Next(1, 4); i > 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? 0xFF : random.Next(256));
        return bytes[..random.Next(bytes.Length + 1)];
    }

    private static bool Inside(byte[] slab, ReadOnlySpan<byte> part, int length)
    {
        if (part.IsEmpty) return true;
        return slab.AsSpan(32, length).Overlaps(part, out var offset) && offset >= 0 && offset + part.Length <= length;
    }

    private static List<string> Read(HeaderBlock block)
    {
        var read = new List<string>();
        foreach (var entry in block) read.Add($"{Encoding.UTF8.GetString(entry.Name)}={(entry.IsNull ? "null" : Encoding.UTF8.GetString(entry.Value))}");
        return read;
    }
}
