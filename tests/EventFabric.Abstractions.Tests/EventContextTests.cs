using Xunit;

namespace EventFabric.Abstractions.Tests;

public sealed class EventContextTests
{
    public static TheoryData<string> Members =>
    [
        "Data", "Id", "Type", "Subject", "Source", "Key", "Time", "Attempt", "Channel", "Subscription", "Position", "Headers", "Services", "TryGetNative",
    ];

    [Fact]
    public void A_context_reads_the_event_in_its_slot()
    {
        var context = new TestSlot().Fill(7);

        Assert.Equal("data-7", context.Data);
        Assert.Equal(("id-7", "type-7", "subject-7", "/source-7", "key-7"), (context.Id, context.Type, context.Subject, context.Source, context.Key));
        Assert.Equal((7, "channel-7", "subscription-7", "orders/0/7"), (context.Attempt, context.Channel, context.Subscription, context.Position.ToString()));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(7), context.Time);
        Assert.Equal("tenant-7", context.Headers["tenant"]);
        Assert.Equal("service-7", context.Services.GetService(typeof(string)));
        Assert.True(context.TryGetNative<int>(out var native));
        Assert.Equal(7, native);
        Assert.False(context.TryGetNative<string>(out _));
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_copy_that_is_used_after_the_handler_returned_throws(string member)
    {
        var slot = new TestSlot();
        var context = slot.Fill(1);
        EventContext untyped = context;
        slot.Return();

        AssertStale(() => Read(context, member), "after its handler returned");
        AssertStale(() => Read(untyped, member), "after its handler returned");
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_copy_never_reads_the_next_event(string member)
    {
        var slot = new TestSlot();
        var first = slot.Fill(1);
        EventContext untyped = first;
        slot.Return();
        var second = slot.Fill(2);

        AssertStale(() => Read(first, member), "after its handler returned");
        AssertStale(() => Read(untyped, member), "after its handler returned");
        Assert.NotNull(Read(second, member));
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_default_context_throws_and_says_so(string member)
    {
        AssertStale(() => Read(default(EventContext<string>), member), "is empty (default)");
        AssertStale(() => Read(default(EventContext), member), "is empty (default)");
    }

    [Fact]
    public void A_value_read_while_the_slot_moves_on_is_not_given_out()
    {
        var slot = new TestSlot();
        var context = slot.Fill(1);
        slot.WhileRead = () => slot.Fill(2);

        AssertStale(() => context.TryGetNative<int>(out _), "after its handler returned");
    }

    [Fact]
    public void An_event_that_is_not_deserialized_has_no_data_yet()
    {
        var slot = new TestSlot();
        slot.Fill(1);
        slot.Payload = null;
        var untyped = new EventContext(slot, slot.Version);

        Assert.Contains("not deserialized", Assert.Throws<InvalidOperationException>(() => untyped.Data).Message, StringComparison.Ordinal);
        Assert.Equal("id-1", untyped.Id);
    }

    [Fact]
    public void A_context_made_for_a_test_has_an_id_and_is_the_first_attempt()
    {
        var before = TimeProvider.System.GetUtcNow();
        var context = new EventContext<string>("data");

        Assert.Equal("data", context.Data);
        Assert.Equal(7, Guid.Parse(context.Id).Version);
        Assert.NotEqual(context.Id, new EventContext<string>("data").Id);
        Assert.Equal(("", null, "", null, 1), (context.Type, context.Subject, context.Source, context.Key, context.Attempt));
        Assert.Equal(("", "", default(EventPosition)), (context.Channel, context.Subscription, context.Position));
        Assert.InRange(context.Time, before, TimeProvider.System.GetUtcNow());
        Assert.Empty(context.Headers);
        Assert.Null(context.Services.GetService(typeof(string)));
        Assert.False(context.TryGetNative<object>(out _));
        Assert.Throws<ArgumentNullException>(() => new EventContext<string>(null!));
    }

    [Fact]
    public void A_context_made_for_a_test_takes_every_value()
    {
        var services = new TestSlot();
        var context = new EventContext<int>(5)
        {
            Id = "i",
            Type = "t",
            Subject = "s",
            Source = "/o",
            Key = "k",
            Time = DateTimeOffset.UnixEpoch,
            Attempt = 3,
            Channel = "c",
            Subscription = "n",
            Position = EventPosition.Parse("c/1"),
            Headers = new(new Dictionary<string, string> { ["h"] = "v" }),
            Services = services,
        };

        Assert.Equal((5, "i", "t", "s", "/o", "k"), (context.Data, context.Id, context.Type, context.Subject, context.Source, context.Key));
        Assert.Equal((DateTimeOffset.UnixEpoch, 3, "c", "n"), (context.Time, context.Attempt, context.Channel, context.Subscription));
        Assert.Equal(("c/1", "v"), (context.Position.ToString(), context.Headers["H"]));
        Assert.Same(services, context.Services);
        EventContext untyped = context;
        Assert.Equal(("i", 5), (untyped.Id, untyped.Data));
    }

    [Fact]
    public void Values_that_no_event_has_are_refused()
    {
        var context = new EventContext<string>("data");

        Assert.Throws<ArgumentOutOfRangeException>(() => context with { Attempt = 0 });
        Assert.Throws<ArgumentNullException>(() => context with { Id = null! });
        Assert.Throws<ArgumentNullException>(() => context with { Services = null! });
        AssertStale(() => default(EventContext<string>) with { Id = "x" }, "is empty (default)");
    }

    [Fact]
    public void With_on_a_live_event_does_not_write_into_it()
    {
        var slot = new TestSlot();
        var context = slot.Fill(1);

        var changed = context with { Id = "other", Attempt = 9 };

        Assert.Equal(("id-1", 1), (context.Id, context.Attempt));
        Assert.Equal(("other", 9, "key-1", "data-1"), (changed.Id, changed.Attempt, changed.Key, changed.Data));
        Assert.Equal("tenant-1", changed.Headers["tenant"]);
        Assert.Equal("service-1", changed.Services.GetService(typeof(string)));
        Assert.True(changed.TryGetNative<int>(out _));
    }

    [Fact]
    public void With_on_a_copy_does_not_write_into_the_copy()
    {
        var first = new EventContext<string>("data") { Id = "a" };
        var second = first with { Id = "b" };

        Assert.Equal(("a", "b"), (first.Id, second.Id));
    }

    [Fact]
    public void A_changed_copy_stays_readable_but_its_scope_and_record_ended()
    {
        var slot = new TestSlot();
        var changed = slot.Fill(1) with { Id = "other" };
        var again = changed with { Attempt = 4 };
        slot.Return();
        slot.Fill(2);

        Assert.Equal(("other", "data-1", "tenant-1"), (changed.Id, changed.Data, changed.Headers["tenant"]));
        Assert.False(changed.TryGetNative<int>(out _));
        AssertStale(() => changed.Services, "after its handler returned");
        AssertStale(() => again.Services, "after its handler returned");
    }

    [Fact]
    public void A_stale_context_cannot_be_changed_either()
    {
        var slot = new TestSlot();
        var context = slot.Fill(1);
        slot.Return();

        AssertStale(() => context with { Id = "x" }, "after its handler returned");
    }

    [Fact]
    public void Reading_data_allocates_nothing()
    {
        var slot = new TestSlot();
        var context = slot.Fill(1);
        var length = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            length += context.Data.Length;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(6000, length);
    }

    private static void AssertStale(Func<object?> read, string words)
        => Assert.Contains(words, Assert.Throws<InvalidOperationException>(read).Message, StringComparison.Ordinal);

    private static object? Read(EventContext<string> context, string member) => member switch
    {
        "Data" => context.Data,
        "Id" => context.Id,
        "Type" => context.Type,
        "Subject" => context.Subject,
        "Source" => context.Source,
        "Key" => context.Key,
        "Time" => context.Time,
        "Attempt" => context.Attempt,
        "Channel" => context.Channel,
        "Subscription" => context.Subscription,
        "Position" => context.Position,
        "Headers" => context.Headers,
        "Services" => context.Services,
        _ => context.TryGetNative<int>(out _),
    };

    private static object? Read(EventContext context, string member) => member switch
    {
        "Data" => context.Data,
        "Id" => context.Id,
        "Type" => context.Type,
        "Subject" => context.Subject,
        "Source" => context.Source,
        "Key" => context.Key,
        "Time" => context.Time,
        "Attempt" => context.Attempt,
        "Channel" => context.Channel,
        "Subscription" => context.Subscription,
        "Position" => context.Position,
        "Headers" => context.Headers,
        "Services" => context.Services,
        _ => context.TryGetNative<int>(out _),
    };
}
