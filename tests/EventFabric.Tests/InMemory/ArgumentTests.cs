using Xunit;

namespace EventFabric.Tests.InMemory;

public sealed class ArgumentTests
{
    private readonly InMemoryBroker _broker = new();

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Throws<ArgumentNullException>("address", () => _broker.Append(null!, new InMemoryRecord(null, null, [])));
        Assert.Throws<ArgumentException>("address", () => _broker.Append("", new InMemoryRecord(null, null, [])));
        Assert.Throws<ArgumentNullException>("record", () => _broker.Append("a", null!));
        Assert.Throws<ArgumentNullException>("address", () => _broker.Read(null!));
        Assert.Throws<ArgumentException>("address", () => _broker.Read(""));
    }

    [Fact]
    public void A_partition_that_is_not_there_is_refused_and_nothing_is_stored()
    {
        Assert.Throws<ArgumentOutOfRangeException>("record", () => _broker.Append("a", new InMemoryRecord(null, [1], [], Partition: 1)));
        Assert.Empty(_broker.Read("a"));
    }
}
