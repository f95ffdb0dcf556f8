using Xunit;

namespace EventFabric.Abstractions.Tests;

public sealed class EventHeadersTests
{
    [Fact]
    public void A_name_is_found_exactly_first_then_in_any_case()
    {
        var headers = new EventHeaders(new Dictionary<string, string> { ["Tenant"] = "upper", ["tenant"] = "lower", ["Other"] = "o" });

        Assert.Equal(("upper", "lower"), (headers["Tenant"], headers["tenant"]));
        Assert.Equal("o", headers["oTHER"]);
        Assert.True(headers.ContainsKey("OTHER"));
        Assert.False(headers.TryGetValue("none", out _));
        Assert.Contains("'none'", Assert.Throws<KeyNotFoundException>(() => headers["none"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Default_headers_are_empty()
    {
        EventHeaders headers = default;

        Assert.Empty(headers);

        Assert.Empty(headers.Keys);
        Assert.Empty(headers.Values);
        Assert.False(headers.ContainsKey("x"));
    }

    [Fact]
    public void Headers_enumerate_what_they_hold()
    {
        var headers = new EventHeaders(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" });

        Assert.Equal([new("a", "1"), new("b", "2")], headers);
        Assert.Equal(["a", "b"], headers.Keys);
        Assert.Equal(["1", "2"], headers.Values);
        Assert.Equal(2, headers.Count);
    }

    [Fact]
    public void Headers_of_an_event_end_with_it()
    {
        var slot = new TestSlot();
        var headers = slot.Fill(1).Headers;
        using var enumerator = headers.GetEnumerator();
        Assert.True(headers.ContainsKey("TENANT"));

        slot.Return();

        Assert.Throws<InvalidOperationException>(() => headers.Count);
        Assert.Throws<InvalidOperationException>(() => headers.TryGetValue("tenant", out _));
        Assert.Throws<InvalidOperationException>(() => headers.GetEnumerator());
        Assert.Throws<InvalidOperationException>(() => headers.Keys.ToList());
        Assert.Throws<InvalidOperationException>(() => enumerator.MoveNext());
    }
}
