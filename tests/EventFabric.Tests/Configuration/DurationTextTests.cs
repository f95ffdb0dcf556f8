using EventFabric.Configuration.Reading;
using FsCheck.Xunit;
using Xunit;

namespace EventFabric.Tests.Configuration;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("5m", 300_000)]
    [InlineData("24h", 86_400_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("0s", 0)]
    [InlineData("00:00:30", 30_000)]
    [InlineData("23:59:59", 86_399_000)]
    [InlineData("1.02:00:00", 93_600_000)]
    [InlineData("00:00:00.250", 250)]
    public void A_duration_with_a_unit_or_a_clock_is_read(string text, long milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var value, out _), text);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory]
    [InlineData("30", "has no unit; write \"30s\" for seconds, or ms, m, h, d")]
    [InlineData("24:00:00", "has 24 hours, but hh goes to 23; write \"24h\" or d.hh:mm:ss")]
    [InlineData("1.24:00:00", "has 24 hours, but hh goes to 23; write \"24h\" or d.hh:mm:ss")]
    [InlineData("10:30", "could be hours and minutes or minutes and seconds; write hh:mm:ss, or a number with a unit")]
    [InlineData("99999999999d", "is longer than a duration can be")]
    [InlineData("soon", "is not a duration; write a number with a unit (\"500ms\", \"30s\", \"5m\", \"24h\", \"7d\") or [d.]hh:mm:ss")]
    [InlineData("", "is not a duration; write a number with a unit (\"500ms\", \"30s\", \"5m\", \"24h\", \"7d\") or [d.]hh:mm:ss")]
    [InlineData("30 s", "is not a duration; write a number with a unit (\"500ms\", \"30s\", \"5m\", \"24h\", \"7d\") or [d.]hh:mm:ss")]
    [InlineData("30S", "is not a duration; write a number with a unit (\"500ms\", \"30s\", \"5m\", \"24h\", \"7d\") or [d.]hh:mm:ss")]
    [InlineData("1h30m", "is not a duration; write a number with a unit (\"500ms\", \"30s\", \"5m\", \"24h\", \"7d\") or [d.]hh:mm:ss")]
    [InlineData("00:60:00", "is not a duration; write a number with a unit (\"500ms\", \"30s\", \"5m\", \"24h\", \"7d\") or [d.]hh:mm:ss")]
    public void What_NET_or_people_would_read_differently_is_refused_with_the_remedy(string text, string problem)
    {
        Assert.False(DurationText.TryParse(text, out _, out var seen), text);
        Assert.Equal(problem, seen);
    }

    [Property]
    public void Every_duration_is_read_back_as_it_was_written(long ticks)
    {
        var value = new TimeSpan(ticks);
        var text = DurationText.Format(value);
        Assert.True(DurationText.TryParse(text, out var seen, out var problem), $"{text} {problem}");
        Assert.Equal(value, seen);
    }

    [Property]
    public void No_text_throws(string text)
    {
        if (text is not null) _ = DurationText.TryParse(text, out _, out _);
    }
}
