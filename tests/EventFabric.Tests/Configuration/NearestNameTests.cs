using EventFabric.Configuration.Reading;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace EventFabric.Tests.Configuration;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["MaxAttempts", "BaseDelay", "MaxDelay", "Delayed", "Ordering", "OnExhausted"];

    [Theory]
    [InlineData("BaseDelai", "BaseDelay")]
    [InlineData("basedelay", "BaseDelay")]
    [InlineData("BaesDelay", "BaseDelay")]
    [InlineData("Order", "Ordering", false)]
    [InlineData("OnExausted", "OnExhausted")]
    [InlineData("Colour", "", false)]
    public void The_nearest_name_is_found_and_a_far_one_is_not(string typed, string meant, bool found = true) =>
        Assert.Equal(found ? meant : null, NearestName.Find(typed, Known));

    [Fact]
    public void Far_from_everything_the_hint_lists_what_there_is() =>
        Assert.Equal("known here: Address, Broker", NearestName.Hint("Colour", ["Broker", "Address"]));

    [Property]
    public Property The_distance_is_a_metric_where_one_edit_is_one() => Prop.ForAll(
        Words().Two().ToArbitrary(),
        static pair =>
        {
            var (left, right) = pair;
            var distance = NearestName.Distance(left, right);
            Assert.Equal(distance, NearestName.Distance(right, left));
            Assert.Equal(distance == 0, left.Equals(right, StringComparison.OrdinalIgnoreCase));
            Assert.InRange(distance, Math.Abs(left.Length - right.Length), Math.Max(left.Length, right.Length));
        });

    [Property]
    public Property One_typing_error_always_finds_a_name_at_distance_one() => Prop.ForAll(
        (from name in Gen.Elements(Known) from at in Gen.Choose(0, 5) from kind in Gen.Choose(0, 3) select (name, Typo(name, at, kind))).ToArbitrary(),
        static pair =>
        {
            var found = NearestName.Find(pair.Item2, Known);
            Assert.NotNull(found);
            Assert.InRange(NearestName.Distance(pair.Item2, found), 0, 1);
        });

    private static Gen<string> Words() => Gen.Elements('a', 'b', 'c', 'D').ListOf().Select(static letters => string.Concat(letters));

    private static string Typo(string name, int at, int kind) => kind switch
    {
        0 => name.Remove(at, 1),
        1 => name.Insert(at, "x"),
        2 => name[..at] + "x" + name[(at + 1)..],
        _ => name[..at] + name[at + 1] + name[at] + name[(at + 2)..],
    };
}
