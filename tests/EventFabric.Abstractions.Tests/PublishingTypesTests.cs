using Xunit;

namespace EventFabric.Abstractions.Tests;

public sealed class PublishingTypesTests
{
    [Fact]
    public void Headers_changed_after_the_options_were_made_change_nothing()
    {
        var headers = new Dictionary<string, string> { ["tenant"] = "a" };
        var options = new PublishOptions { Headers = headers };

        headers["tenant"] = "b";
        headers["more"] = "c";

        Assert.Equal([new("tenant", "a")], options.Headers);
    }

    [Fact]
    public void Options_have_only_init_accessors()
    {
        var settable = typeof(PublishOptions).GetProperties().Where(property => !property.SetMethod!.ReturnParameter
            .GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)));

        Assert.Empty(settable);
    }

    [Fact]
    public void Options_without_a_word_say_nothing()
    {
        var options = new PublishOptions();

        Assert.All(typeof(PublishOptions).GetProperties(), property => Assert.Null(property.GetValue(options)));
    }

    [Fact]
    public void A_result_of_numbers_gives_its_texts_on_request()
    {
        var id = Guid.Parse("01234567-89ab-7def-8123-456789abcdef");

        var result = new PublishResult(id, new EventPosition("orders", "3", 42, 0, null), hasPosition: true, isDuplicate: true);

        Assert.Equal("01234567-89ab-7def-8123-456789abcdef", result.Id);
        Assert.Equal("orders/3/42", result.Position.ToString());
        Assert.True(result.IsDuplicate);
        Assert.Null(result.Error);
    }

    [Fact]
    public void A_result_without_a_position_says_null()
    {
        Assert.Null(new PublishResult(Guid.Empty, default, hasPosition: false, isDuplicate: false).Position);
        Assert.Null(new PublishResult("x").Position);
        Assert.Equal(string.Empty, default(PublishResult).Id);
    }

    [Fact]
    public void A_result_can_be_made_by_middleware()
    {
        var error = new EventFabricException(EventFabricErrorKind.Rejected, "no");

        var result = new PublishResult("my-id", EventPosition.Parse("orders/7"), isDuplicate: true, error);

        Assert.Equal(("my-id", "7", true), (result.Id, result.Position!.Value.Value, result.IsDuplicate));
        Assert.Same(error, result.Error);
        Assert.Throws<ArgumentNullException>(() => new PublishResult(null!));
    }

    [Fact]
    public void Making_a_result_allocates_nothing()
    {
        var position = new EventPosition("orders", "3", 42, 0, null);
        var id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);
        var duplicates = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            duplicates += new PublishResult(id, position, true, (i & 1) == 0).IsDuplicate ? 1 : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(500, duplicates);
    }

    [Theory]
    [InlineData(EventFabricErrorKind.Unavailable, true)]
    [InlineData(EventFabricErrorKind.Timeout, true)]
    [InlineData(EventFabricErrorKind.Throttled, true)]
    [InlineData(EventFabricErrorKind.Unauthorized, false)]
    [InlineData(EventFabricErrorKind.NotFound, false)]
    [InlineData(EventFabricErrorKind.TooLarge, false)]
    [InlineData(EventFabricErrorKind.Rejected, false)]
    [InlineData(EventFabricErrorKind.Serialization, false)]
    [InlineData(EventFabricErrorKind.OrderGap, false)]
    public void Only_what_may_pass_by_itself_is_transient(EventFabricErrorKind kind, bool transient)
    {
        var inner = new InvalidOperationException();
        var exception = new PublishException(kind, "words", [new PublishResult("a")], inner);

        Assert.Equal(transient, exception.IsTransient);
        Assert.Equal(kind, exception.Kind);
        Assert.Same(inner, exception.InnerException);
        Assert.Equal("a", Assert.Single(exception.Results).Id);
    }

    [Fact]
    public async Task Publishing_with_a_token_alone_needs_no_options()
    {
        var publisher = new RecordingPublisher();
        using var source = new CancellationTokenSource();

        await publisher.PublishAsync("data", source.Token);

        Assert.Equal(("data", null, source.Token), publisher.Last);
    }

    [Fact]
    public void An_event_type_needs_a_name()
    {
        Assert.ThrowsAny<ArgumentException>(() => new EventTypeAttribute(" "));
        Assert.Equal(("a.b", 0), (new EventTypeAttribute("a.b").Name, new EventTypeAttribute("a.b").Aliases.Length));
    }

    [Fact]
    public void A_start_says_what_it_is()
    {
        var time = DateTimeOffset.UnixEpoch;
        var position = EventPosition.Parse("orders/3/7");

        Assert.Equal(StartPosition.Earliest, default);
        Assert.Equal((StartKind.Latest, null, null), Parts(StartPosition.Latest));
        Assert.Equal((StartKind.Time, time, null), Parts(StartPosition.At(time)));
        Assert.Equal((StartKind.Position, null, position), Parts(StartPosition.At(position)));
        Assert.Equal(StartPosition.At(position), StartPosition.At(EventPosition.Parse("orders/3/7")));

        static (StartKind Kind, DateTimeOffset? Time, EventPosition? Position) Parts(StartPosition start) => (start.Kind, start.Time, start.Position);
    }

    private sealed class RecordingPublisher : IEventPublisher
    {
        public (object Data, PublishOptions? Options, CancellationToken Token) Last { get; private set; }

        public ValueTask<PublishResult> PublishAsync<T>(T data, PublishOptions? options = null, CancellationToken cancellationToken = default)
            where T : notnull
        {
            Last = (data, options, cancellationToken);
            return new(new PublishResult("id"));
        }

        public Task<IReadOnlyList<PublishResult>> PublishBatchAsync<T>(
            IEnumerable<T> events, Func<T, PublishOptions?>? options = null, CancellationToken cancellationToken = default)
            where T : notnull => throw new NotSupportedException();
    }
}
