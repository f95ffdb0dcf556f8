using System.Text;
using EventFabric.DeadLettering;
using EventFabric.Tests.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EventFabric.Tests.DeadLettering;

public sealed class ParkedKeysTests : IDisposable
{
    private readonly SubscriptionRig _rig = new(
        InMemoryProfile.Log, static builder => builder.AddHandler<string>("work", static (_, _) => new(Settlement.Ack)), ("OnExhausted", "ParkKey"));

    private readonly ParkedKeys _parked;

    private Task Loaded => _parked.WhenLoadedAsync().AsTask();

    public ParkedKeysTests() => _parked = new ParkedKeys(_rig.Plan, _rig.Scheduler, NullLogger.Instance);

    [Fact]
    public void A_parked_key_stays_parked_and_others_are_free()
    {
        _parked.Add("a"u8);
        for (var i = 0; i < 3; i++)
            Assert.True(_parked.Contains("a"u8));
        Assert.False(_parked.Contains("b"u8));
        Assert.False(_parked.Contains(""u8));
    }

    [Fact]
    public void A_key_need_not_be_text()
    {
        _parked.Add([0xFF, 0x00]);
        Assert.True(_parked.Contains([0xFF, 0x00]));
        Assert.False(_parked.Contains([0xFE, 0x00]));
        Assert.False(_parked.Contains([0xFF]));
    }

    [Fact]
    public void Keys_are_read_back_from_the_dead_letters_of_the_group()
    {
        Letter("mine", "g");
        Letter("theirs", "other");
        Letter("mine too", "g");
        Letter(null, "g");
        Letter("foreign", null);
        Load();
        Assert.True(_parked.Contains("mine"u8));
        Assert.True(_parked.Contains("mine too"u8));
        Assert.False(_parked.Contains("theirs"u8));
        Assert.False(_parked.Contains("foreign"u8));
    }

    [Fact]
    public void A_key_that_is_parked_while_the_channel_is_read_is_not_forgotten()
    {
        Letter("before", "g");
        _parked.Load();
        while (_rig.Scheduler.Queued > 0 && !Loaded.IsCompleted)
        {
            _parked.Add("meanwhile"u8);
            _rig.Scheduler.Step();
        }

        Assert.True(Loaded.IsCompletedSuccessfully);
        Assert.True(_parked.Contains("before"u8));
        Assert.True(_parked.Contains("meanwhile"u8));
    }

    [Fact]
    public void A_key_that_is_freed_in_the_channel_is_free_after_the_next_load()
    {
        _parked.Add("gone"u8);
        Load();
        Assert.False(_parked.Contains("gone"u8));
    }

    public void Dispose()
    {
        _parked.Stop();
        _parked.Dispose();
        _rig.Dispose();
    }

    private void Load()
    {
        _parked.Load();
        Assert.False(Loaded.IsCompleted);
        _rig.Scheduler.Run();
        Assert.True(Loaded.IsCompletedSuccessfully);
    }

    private void Letter(string? key, string? group)
    {
        KeyValuePair<string, byte[]>[] headers = group is null ? [] : [new("ef-group", Encoding.UTF8.GetBytes(group))];
        _rig.Broker.Append(SubscriptionRig.DeadLetters, new InMemoryRecord(key is null ? null : Encoding.UTF8.GetBytes(key), null, headers));
    }
}
