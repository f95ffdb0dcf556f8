using EventFabric.Nats.Receiving;
using EventFabric.Nats.Tests.Fixtures;
using Xunit;

namespace EventFabric.Nats.Tests.Driver;

/// <summary>What a member makes of the words of others, and of words that are none.</summary>
public sealed class MembersTests : IAsyncDisposable
{
    private readonly string _subject = $"members.{Guid.NewGuid():N}";
    private readonly NatsHarness _nats = new();
    private readonly RawNats _raw = new(NatsRun.Current.Server.Url);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_that_has_partitions_has_them_until_it_leaves_or_is_silent_for_too_long()
    {
        await using var link = await LinkAsync();
        await using var members = new Members(link, _subject, TimeSpan.FromSeconds(1), static () => { });
        await members.JoinAsync(Token);
        await SayAsync("+ other 0,3");
        await Wait.UntilAsync(() => members.IsHeld(3), () => "not held");
        Assert.Equal((true, false, 2), (members.IsHeld(0), members.IsHeld(1), members.All.Count));
        await SayAsync("- other");
        await Wait.UntilAsync(() => members.All.Count == 1, () => "still there");
        Assert.False(members.IsHeld(3));
        await SayAsync("+ other 1");
        await Wait.UntilAsync(() => members.IsHeld(1), () => "not held");
        await Wait.UntilAsync(
            () =>
            {
                members.Tick();
                return !members.IsHeld(1);
            },
            () => "silent, and still there");
    }

    [Fact]
    public async Task A_word_that_is_none_is_not_heard_and_one_of_very_many_partitions_is()
    {
        await using var link = await LinkAsync();
        await using var members = new Members(link, _subject, TimeSpan.FromMinutes(1), static () => { });
        await members.JoinAsync(Token);
        foreach (var word in (string[])["", "+", "+ ", "hello", "+ a b,c", "+ a -1", $"+ {new string('x', 65)} 1", $"+ a {new string('1', 70_000)}"])
            await SayAsync(word);
        await SayAsync($"+ many {string.Join(',', Enumerable.Range(0, 3000))}");
        await Wait.UntilAsync(() => members.IsHeld(2999), () => "not heard");
        Assert.Equal(2, members.All.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await _raw.DisposeAsync();
        await _nats.DisposeAsync();
    }

    private async Task SayAsync(string word) => await _raw.Connection.PublishAsync(_subject, word, cancellationToken: Token);

    private async Task<NatsLink> LinkAsync()
    {
        var link = new NatsLink(_nats.Context, new NatsOptions { Url = NatsRun.Current.Server.Url });
        await link.ConnectAsync(Token);
        return link;
    }
}
