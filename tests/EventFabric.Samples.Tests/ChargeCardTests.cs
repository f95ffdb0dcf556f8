using Shop.Contracts;
using Xunit;

namespace EventFabric.Samples.Tests;

/// <summary>A handler's unit test: no mock, no broker, no package.</summary>
public sealed class ChargeCardTests
{
    [Fact]
    public async Task Zero_total_is_dead_lettered()
        => Assert.Equal(Settlement.DeadLetter("invalid-total"), await new ChargeCard(null!, null!).HandleAsync(new EventContext<OrderPlaced>(new("o-1", 0m)), default));
}
