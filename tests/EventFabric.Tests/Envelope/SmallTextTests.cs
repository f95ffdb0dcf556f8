using System.Text;
using EventFabric.Drivers;
using EventFabric.Envelope;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EventFabric.Tests.Envelope;

public sealed class SmallTextTests
{
    [Theory]
    [InlineData("application/json", true)]
    [InlineData("APPLICATION/JSON; charset=utf-8", true)]
    [InlineData("text/json", true)]
    [InlineData("application/vnd.shop+json", true)]
    [InlineData("application/cloudevents+JSON ", true)]
    [InlineData("json", false)]
    [InlineData("/json", false)]
    [InlineData("application/+json", false)]
    [InlineData("application/jsonx", false)]
    [InlineData("application/xml;json", false)]
    [InlineData("text/plain", false)]
    [InlineData("", false)]
    public void Json_media_types_are_recognized(string contentType, bool expected)
        => Assert.Equal(expected, MediaType.IsJson(Encoding.UTF8.GetBytes(contentType)));

    [Theory]
    [InlineData("application/cloudevents+json", true)]
    [InlineData("Application/CloudEvents-batch+json; charset=utf-8", true)]
    [InlineData("application/cloudevent", false)]
    [InlineData("application/json", false)]
    public void Structured_content_types_are_recognized(string contentType, bool expected)
        => Assert.Equal(expected, MediaType.IsCloudEvents(Encoding.UTF8.GetBytes(contentType)));

    [Theory]
    [InlineData("Euro \u20ac \ud83d\ude00", "Euro%20%E2%82%AC%20%F0%9F%98%80")]
    [InlineData("a\"b%c", "a%22b%25c")]
    [InlineData("plain-~!", "plain-~!")]
    public void Values_are_percent_encoded_as_the_http_binding_says(string text, string expected)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var encoded = new byte[plain.Length * 3];
        var length = PercentText.Encode(plain, encoded);

        Assert.Equal(expected, Encoding.UTF8.GetString(encoded, 0, length));
        Assert.Equal(text != expected, PercentText.NeedsEncoding(plain));
    }

    [Theory]
    [InlineData("%e2%82%AC", "\u20ac")]
    [InlineData("\"a b \\\" c\"", "a b \" c")]
    [InlineData("100%", "100%")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("\"", "\"")]
    [InlineData("\"a\\\"", "a\\")]
    public void Values_of_others_are_decoded_leniently(string text, string expected)
    {
        var plain = new byte[text.Length];
        var length = PercentText.Decode(Encoding.UTF8.GetBytes(text), plain);

        Assert.Equal(expected, Encoding.UTF8.GetString(plain, 0, length));
    }

    [Fact]
    public void Every_value_survives_percent_encoding()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), plain =>
        {
            var encoded = new byte[plain.Length * 3];
            var length = PercentText.Encode(plain, encoded);
            var again = new byte[length];
            Assert.Equal(plain, again.AsSpan(0, PercentText.Decode(encoded.AsSpan(0, length), again)).ToArray());
            Assert.All(encoded.Take(length), b => Assert.InRange(b, 0x21, 0x7E));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData("tenant", true)]
    [InlineData("a1", true)]
    [InlineData("abcdefghijklmnopqrst", true)]
    [InlineData("abcdefghijklmnopqrstu", false)]
    [InlineData("Tenant", false)]
    [InlineData("x-tenant", false)]
    [InlineData("", false)]
    [InlineData("\u00e9", false)]
    public void A_legal_extension_name_travels_as_extension(string name, bool expected)
        => Assert.Equal(expected, HeaderRules.IsExtension(name));

    [Theory]
    [InlineData("ce_id")]
    [InlineData("CE-anything")]
    [InlineData("cloudEvents_x")]
    [InlineData("cloudEvents:x")]
    [InlineData("ef-reason")]
    [InlineData("Nats-Msg-Id")]
    [InlineData("id")]
    [InlineData("type")]
    [InlineData("source")]
    [InlineData("specversion")]
    [InlineData("time")]
    [InlineData("subject")]
    [InlineData("datacontenttype")]
    [InlineData("dataschema")]
    [InlineData("data")]
    [InlineData("data_base64")]
    [InlineData("partitionkey")]
    [InlineData("traceparent")]
    [InlineData("TraceState")]
    [InlineData("Content-Type")]
    public void Reserved_names_are_refused(string name)
        => Assert.Equal(
            $"The header name '{name}' is reserved. Reserved are names that start with ce_, ce-, cloudEvents_, cloudEvents:, ef-, Nats-, the CloudEvents attributes, "
            + "partitionkey, content-type, traceparent and tracestate. Use another name; Id, Subject, Time and Key are set by PublishOptions. (Parameter 'name')",
            Assert.Throws<ArgumentException>(() => HeaderRules.Check(name, "x")).Message);

    [Theory]
    [InlineData("center")]
    [InlineData("effective")]
    [InlineData("Id")]
    [InlineData("x-key")]
    [InlineData("\r\n")]
    public void Other_names_pass(string name) => HeaderRules.Check(name, "any\r\n\0 value");

    [Fact]
    public void What_utf8_cannot_carry_is_refused()
    {
        Assert.Contains("value of header 'a'", Assert.Throws<ArgumentException>(() => HeaderRules.Check("a", "\ud800")).Message, StringComparison.Ordinal);
        Assert.Contains("A header name", Assert.Throws<ArgumentException>(() => HeaderRules.Check("\udfff", "a")).Message, StringComparison.Ordinal);
        Assert.Contains("needs a name", Assert.Throws<ArgumentException>(() => HeaderRules.Check("", "a")).Message, StringComparison.Ordinal);
        Assert.Contains("value null", Assert.Throws<ArgumentException>(() => HeaderRules.Check("a", null)).Message, StringComparison.Ordinal);
    }
}
