using System.Text;
using EventFabric.Envelope;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EventFabric.Tests.Envelope;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-11-24T16:52:03Z", "2026-11-24T16:52:03.0000000+00:00")]
    [InlineData("2026-11-24t16:52:03z", "2026-11-24T16:52:03.0000000+00:00")]
    [InlineData("2026-11-24T16:52:03.5+02:00", "2026-11-24T16:52:03.5000000+02:00")]
    [InlineData("2026-11-24T16:52:03.123456789123456789-14:00", "2026-11-24T16:52:03.1234567-14:00")]
    [InlineData("2024-02-29T00:00:00-00:00", "2024-02-29T00:00:00.0000000+00:00")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.0000000+00:00")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999+00:00")]
    public void A_timestamp_is_read(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var time), text);
        Assert.Equal(expected, time.ToString("O", null));
        Assert.True(Rfc3339.IsValid(Encoding.UTF8.GetBytes(text)), text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-11-24")]
    [InlineData("2026-11-24T16:52:03")]
    [InlineData("2026-11-24 16:52:03Z")]
    [InlineData("2026-13-24T16:52:03Z")]
    [InlineData("2026-00-24T16:52:03Z")]
    [InlineData("2026-02-29T16:52:03Z")]
    [InlineData("2026-02-00T16:52:03Z")]
    [InlineData("2026-11-24T24:52:03Z")]
    [InlineData("2026-11-24T16:60:03Z")]
    [InlineData("2026-11-24T16:52:61Z")]
    [InlineData("2026-11-24T16:52:03.Z")]
    [InlineData("2026-11-24T16:52:03.123")]
    [InlineData("2026-11-24T16:52:03,123Z")]
    [InlineData("2026-11-24T16:52:03.123ZZ")]
    [InlineData("2026-11-24T16:52:03.12:Z")]
    [InlineData("2026-11-24T16:52:03+1400")]
    [InlineData("2026-11-24T16:52:03+14:01")]
    [InlineData("2026-11-24T16:52:03+13:60")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("9999-12-31T23:59:60Z")]
    [InlineData("2026-11-24T16:52:03.0000000000000000000000000000000000000000000000000Z")]
    [InlineData("0000-01-01T00:00:00.000Z")]
    [InlineData("0000-02-29T00:00:00.000Z")]
    [InlineData("2026-00-24T16:52:03.123Z")]
    [InlineData("2026-13-24T16:52:03.123Z")]
    [InlineData("2026-02-29T16:52:03.123Z")]
    [InlineData("2026-11-31T16:52:03.123Z")]
    [InlineData("2026-11-00T16:52:03.123Z")]
    [InlineData("2026-11-24T24:52:03.123Z")]
    [InlineData("2026-11-24T1\u0136:52:03Z")]
    public void What_is_no_timestamp_is_refused(string text)
    {
        Assert.False(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out _), text);
        Assert.False(Rfc3339.IsValid(Encoding.UTF8.GetBytes(text)), text);
    }

    [Fact]
    public void The_form_that_is_checked_quickly_is_checked_as_strictly()
    {
        var valid = "2026-11-24T16:52:03.123Z"u8.ToArray();
        var places = from place in Gen.Choose(0, valid.Length - 1)
                     from value in Gen.OneOf(Gen.Choose('0', '9'), Gen.Choose(0, 255))
                     select (place, value);

        Prop.ForAll(Gen.ListOf(places).ToArbitrary(), changes =>
        {
            var text = valid.ToArray();
            foreach (var (place, value) in changes)
                text[place] = (byte)value;
            Assert.Equal(Rfc3339.TryParse(text, out _), Rfc3339.IsValid(text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void Every_time_survives_the_way_through_text()
    {
        var times = from ticks in ArbMap.Default.GeneratorFor<long>()
                    from minutes in Gen.Choose(-14 * 60, 14 * 60)
                    from unit in Gen.Elements(1L, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond)
                    let local = Math.Abs(ticks % (DateTime.MaxValue.Ticks - (2 * TimeSpan.TicksPerDay))) + TimeSpan.TicksPerDay
                    select new DateTimeOffset(local - (local % unit), TimeSpan.FromMinutes(minutes));

        Prop.ForAll(times.ToArbitrary(), time =>
        {
            var text = new byte[Rfc3339.MaxLength];
            var length = Rfc3339.Write(time, text);
            Assert.True(Rfc3339.TryParse(text.AsSpan(0, length), out var read), Encoding.UTF8.GetString(text));
            Assert.True(read.EqualsExact(time), $"{time:O} became {read:O}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999Z")]
    [InlineData(1_795_539_123_045, "2026-11-24T16:52:03.045Z")]
    [InlineData(253_402_300_799_999, "9999-12-31T23:59:59.999Z")]
    [InlineData(-62_135_596_800_000, "0001-01-01T00:00:00.000Z")]
    public void Milliseconds_are_written_in_utc(long milliseconds, string expected)
    {
        var text = new byte[Rfc3339.MillisecondsLength];
        Rfc3339.WriteMilliseconds(milliseconds, text);

        Assert.Equal(expected, Encoding.UTF8.GetString(text));
    }

    [Fact]
    public void Milliseconds_are_written_as_the_framework_writes_them()
    {
        var all = ArbMap.Default.GeneratorFor<long>().Select(static any => Math.Abs(any % 253_402_300_800_000)).ToArbitrary();

        Prop.ForAll(all, milliseconds =>
        {
            var text = new byte[Rfc3339.MillisecondsLength];
            Rfc3339.WriteMilliseconds(milliseconds, text);
            Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", null), Encoding.UTF8.GetString(text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }
}
