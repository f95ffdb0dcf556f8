using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EventFabric.Abstractions.Tests;

public sealed class EventPositionTests
{
    [Theory]
    [InlineData("orders", "3", 1042, 0, null, "orders/3/1042", "1042")]
    [InlineData("orders", null, 1042, 0, null, "orders/1042", "1042")]
    [InlineData("orders", "", -1, 7, null, "orders//-1.7", "-1.7")]
    [InlineData("orders", "0", 0, 0, "a/b c%", "orders/0/a%2Fb%20c%25", "a/b c%")]
    [InlineData("orders", null, 0, 0, "1042", "orders/%31042", "1042")]
    [InlineData("orders", null, 0, 0, "01", "orders/01", "01")]
    [InlineData("orders", null, 0, 0, "", "orders/", "")]
    [InlineData("böse", "x", 0, 0, "\u00e9\u4e2d\0", "b%F6se/x/%E9%u4E2D%00", "\u00e9\u4e2d\0")]
    [InlineData("", null, 0, 0, null, "/0", "0")]
    public void A_position_is_written_and_read_back(
        string channel, string? partition, long major, long minor, string? text, string expected, string value)
    {
        var position = new EventPosition(channel, partition, major, minor, text);

        Assert.Equal(expected, position.ToString());
        Assert.Equal(value, position.Value);
        AssertSame(position, EventPosition.Parse(expected));
    }

    [Fact]
    public void Half_a_surrogate_pair_survives_too()
    {
        var position = new EventPosition("orders", "\ud800", 0, 0, "\udfff");

        Assert.Equal("orders/%uD800/%uDFFF", position.ToString());
        AssertSame(position, EventPosition.Parse(position.ToString()));
    }

    [Fact]
    public void Every_position_survives_the_way_through_text()
    {
        var texts = Gen.OneOf(
            ArbMap.Default.GeneratorFor<string>(),
            ArbMap.Default.GeneratorFor<long>().Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Gen.Elements("%", "/", "%u", "%41", "1.2", "-0", "+1", "1.", ".1", "1.0", " 1", "\ud800", "\udfff\ud83d\ude00", "-9223372036854775808", "é"));
        var positions = from channel in texts
                        from partition in texts
                        from hasPartition in ArbMap.Default.GeneratorFor<bool>()
                        from major in ArbMap.Default.GeneratorFor<long>()
                        from minor in ArbMap.Default.GeneratorFor<long>()
                        from text in texts
                        from hasText in ArbMap.Default.GeneratorFor<bool>()
                        select new EventPosition(channel ?? "", hasPartition ? partition : null, major, minor, hasText ? text : null);

        Prop.ForAll(positions.ToArbitrary(), position =>
        {
            var text = position.ToString();
            AssertSame(position, EventPosition.Parse(text));
            Assert.All(text, c => Assert.InRange(c, '!', '~'));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Two_positions_never_have_one_text()
    {
        var parts = Gen.Elements("", "/", "%", "1", "1.2", "a", "%2F", "a/1");
        var positions = from channel in parts
                        from partition in parts
                        from hasPartition in ArbMap.Default.GeneratorFor<bool>()
                        from text in parts
                        from hasText in ArbMap.Default.GeneratorFor<bool>()
                        select new EventPosition(channel, hasPartition ? partition : null, 1, 2, hasText ? text : null);

        Prop.ForAll(positions.ToArbitrary(), positions.ToArbitrary(), (left, right)
            => Assert.Equal(left == right, left.ToString() == right.ToString())).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("orders")]
    [InlineData("a/b/c/d")]
    [InlineData("orders/%")]
    [InlineData("orders/%4")]
    [InlineData("orders/%uD80")]
    [InlineData("orders/%zz")]
    [InlineData("%/1")]
    [InlineData("orders/% 1/1")]
    public void A_text_that_is_no_position_is_refused(string text)
        => Assert.StartsWith("Not an event position.", Assert.Throws<FormatException>(() => EventPosition.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_text_of_any_length_is_refused_at_once()
    {
        Assert.Equal(8184, EventPosition.Parse("orders//" + new string('x', 8184)).Value.Length);
        Assert.Throws<FormatException>(() => EventPosition.Parse("orders//" + new string('x', 8185)));
        Assert.Throws<FormatException>(() => EventPosition.Parse(new string('/', 10_000_000)));
        Assert.Throws<ArgumentNullException>(() => EventPosition.Parse(null!));
    }

    [Fact]
    public void A_default_position_is_empty_and_readable()
    {
        EventPosition position = default;

        Assert.Equal(("", null, "0", "/0"), (position.Channel, position.Partition, position.Value, position.ToString()));
        Assert.Equal(position, EventPosition.Parse("/0"));
        Assert.Equal(position.GetHashCode(), EventPosition.Parse("/0").GetHashCode());
    }

    [Fact]
    public void Positions_differ_when_any_part_differs()
    {
        EventPosition[] all =
        [
            new("a", "0", 1, 0, null), new("b", "0", 1, 0, null), new("a", "1", 1, 0, null), new("a", null, 1, 0, null),
            new("a", "0", 2, 0, null), new("a", "0", 1, 1, null), new("a", "0", 0, 0, "1"), new("a", "", 1, 0, null),
        ];

        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.True(all[0] != all[1]);
        Assert.True(all[0] == new EventPosition("a", "0", 1, 0, null));
        Assert.False(all[0].Equals((object?)null));
    }

    private static void AssertSame(EventPosition expected, EventPosition actual)
    {
        Assert.Equal(expected, actual);
        Assert.Equal((expected.Channel, expected.Partition, expected.Value), (actual.Channel, actual.Partition, actual.Value));
        Assert.Equal((expected.Major, expected.Minor, expected.Text), (actual.Major, actual.Minor, actual.Text));
    }
}
