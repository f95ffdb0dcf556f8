namespace EventFabric.Tests.Serialization;

internal sealed class TestPublishContext : PublishContext
{
    public override object Data => "data";

    public override string Type => "t";

    public override string Id => "i";

    public override string Channel => "orders";

    public override string? Key => "k";

    public override IDictionary<string, string> Headers { get; } = new Dictionary<string, string>();
}
