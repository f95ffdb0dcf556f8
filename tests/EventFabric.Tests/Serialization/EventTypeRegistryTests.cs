using System.Text;
using EventFabric.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Serialization;

public sealed class EventTypeRegistryTests
{
    [Fact]
    public void A_type_is_found_by_its_names_and_by_its_class()
    {
        var registry = new Fabric(builder => builder.AddEvent<OrderPlaced>("orders", order => order.OrderId).AddEvent<Reading>(type: "other.name")).Registry;

        Assert.Empty(registry.Problems);
        var entry = registry.Find<OrderPlaced>()!;
        Assert.Equal(("shop.order.placed.v2", "orders", "application/json"), (entry.Name, entry.Channel, entry.ContentType));
        Assert.Equal("o-1", entry.KeyOf(new OrderPlaced("o-1", 1)));
        Assert.Same(entry, registry.Find(typeof(OrderPlaced)));
        Assert.Same(entry, registry.Find("shop.order.placed.v2"u8));
        Assert.Same(entry, registry.Find("order-placed"u8));
        Assert.Same(entry, registry.Find("shop.order.placed"u8));
        Assert.Equal(typeof(Reading), registry.Find("other.name"u8)!.ClrType);
        Assert.Null(registry.Find("shop.reading.v1"u8));
        Assert.Null(registry.Find("shop.order.placed.v3"u8));
        Assert.Null(registry.Find(typeof(Nameless)));
        Assert.Null(registry.Find<Nameless>());
    }

    [Fact]
    public void A_tombstone_is_built_in_and_its_key_is_its_own()
    {
        var built = new Fabric(_ => { }).Registry.Find("eventfabric.tombstone"u8)!;
        var added = new Fabric(builder => builder.AddEvent<Tombstone>("orders", _ => "other").AddPayloadTransform<ReverseTransform>()).Registry.Find<Tombstone>()!;

        Assert.True(built.IsTombstone);
        Assert.Equal("k", built.KeyOf(new Tombstone("k")));
        Assert.Equal(("orders", "k", null), (added.Channel, added.KeyOf(new Tombstone("k")), added.Coding));
    }

    [Fact]
    public void Two_registries_do_not_share_what_they_know()
    {
        var one = new Fabric(builder => builder.AddEvent<OrderPlaced>("a")).Registry;
        var two = new Fabric(builder => builder.AddEvent<OrderPlaced>("b").AddEvent<Reading>()).Registry;

        Assert.Equal(("a", "b"), (one.Find<OrderPlaced>()!.Channel, two.Find<OrderPlaced>()!.Channel));
        Assert.Null(one.Find<Reading>());
    }

    [Fact]
    public void Every_problem_is_named_with_its_remedy()
    {
        var registry = new Fabric(builder =>
        {
            builder.AddEvent<Nameless>().AddEvent<OrderPlacedV1>().AddEvent<SameName>();
            builder.AddEvent<Reading>(type: "a b").AddEvent<OrderPlaced>(contentType: "json");
            builder.AddEvent<OrderPlacedV0>(contentType: "application/avro");
        }).Registry;

        Assert.Equal(
            [
                $"{typeof(Nameless)} has no event type: put [EventType(\"shop.order.placed.v1\")] on it, or call AddEvent<Nameless>(type: \"shop.order.placed.v1\").",
                $"{typeof(Reading)} has the event type \"a b\": 1 to 255 bytes of UTF-8 without spaces and control characters are needed.",
                "AddEvent<OrderPlaced> has contentType \"json\": a media type without parameters is needed, as \"application/json\".",
                $"{typeof(OrderPlacedV0)} cannot be serialized: no serializer has the content type \"application/avro\": add one by AddSerializer, or correct contentType.",
                $"{typeof(OrderPlacedV1)} and {typeof(SameName)} both have the event type or alias \"shop.order.placed.v1\": a name stands for one type.",
            ],
            registry.Problems);
    }

    [Theory]
    [InlineData("a\tb", 1)]
    [InlineData("\u0001", 1)]
    [InlineData("\ufffd", 1)]
    [InlineData("x", 256)]
    [InlineData("\u20ac", 86)]
    public void A_name_that_no_header_can_carry_is_refused(string name, int times)
    {
        var type = string.Concat(Enumerable.Repeat(name, times));

        Assert.Contains("has the event type", Assert.Single(new Fabric(builder => builder.AddEvent<Nameless>(type: type)).Registry.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_255_bytes_is_accepted()
        => Assert.Empty(new Fabric(builder => builder.AddEvent<Nameless>(type: new string('x', 255))).Registry.Problems);

    [Fact]
    public void Upcasters_in_a_circle_are_refused()
    {
        var registry = new Fabric(builder => builder
            .AddUpcaster<OrderPlacedV0, OrderPlacedV1>(old => new(old.Id, 0))
            .AddUpcaster<OrderPlacedV1, OrderPlacedV0>(old => new(old.OrderId))).Registry;

        Assert.Contains($"The upcasters from {typeof(OrderPlacedV0)} lead back to it: remove one AddUpcaster.", registry.Problems);
    }

    [Fact]
    public void Serializers_and_transforms_that_cannot_be_told_apart_are_refused()
    {
        var registry = new Fabric(builder =>
        {
            builder.Add("text/x");
            builder.Add("TEXT/X");
            builder.Add("nonsense");
            builder.AddPayloadTransform<ReverseTransform>().AddPayloadTransform<OtherReverseTransform>().AddPayloadTransform<BadNameTransform>();
        }).Registry;

        Assert.Equal(
            [
                $"The serializers {typeof(BytesSerializer)} and {typeof(BytesSerializer)} both say ContentType \"TEXT/X\": remove one AddSerializer.",
                $"The serializer {typeof(BytesSerializer)} says ContentType \"nonsense\": a media type without parameters is needed, as \"application/json\".",
                $"The payload transforms {typeof(ReverseTransform)} and {typeof(OtherReverseTransform)} both have the Name \"reverse\": rename one.",
                $"The payload transform {typeof(BadNameTransform)} has the Name \"Bad,Name\": 1 to 32 characters of a-z, 0-9 and - are needed.",
            ],
            registry.Problems);
    }

    [Fact]
    public void A_table_finds_every_name_and_no_other()
    {
        var names = Enumerable.Range(0, 300).SelectMany(i => new[] { $"n{i}", $"shop.order.placed.v{i}", new string('x', i % 20) + i }).Distinct().ToList();
        var table = new Utf8Table<string>(names.Select(name => KeyValuePair.Create(name, name)));

        Assert.All(names, name => Assert.Equal(name, table.Find(Encoding.UTF8.GetBytes(name))));
        Assert.All(names, name => Assert.Null(table.Find(Encoding.UTF8.GetBytes(name + "!"))));
        Assert.Null(table.Find(default));
        Assert.Null(new Utf8Table<string>([]).Find("x"u8));
    }
}
