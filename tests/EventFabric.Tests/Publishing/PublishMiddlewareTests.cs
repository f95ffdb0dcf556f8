using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Publishing;

public sealed class PublishMiddlewareTests
{
    [Fact]
    public async Task The_first_one_added_is_the_outermost_and_each_sees_the_event()
    {
        var log = new List<string>();
        var rig = Rig(
            async (context, next, token) =>
            {
                log.Add($"outer {context.Type} {context.Channel} {context.Key} {context.Data}");
                var result = await next(context, token);
                log.Add($"outer done {result.Id == context.Id}");
                return result;
            },
            (context, next, token) =>
            {
                log.Add("inner");
                context.Headers["tenant"] = "t1";
                return next(context, token);
            });

        await rig.Publish(new Placed("o-1"));

        Assert.Equal(["outer placed orders o-1 Placed { OrderId = o-1 }", "inner", "outer done True"], log);
        Assert.Contains("ce_tenant=t1", rig.Broker.Headers[0]);
    }

    [Fact]
    public async Task It_sees_and_changes_the_headers_of_the_options()
    {
        var rig = Rig((context, next, token) =>
        {
            Assert.Equal("1", context.Headers["first"]);
            context.Headers.Remove("first");
            context.Headers["second"] = "2";
            return next(context, token);
        });
        var options = new PublishOptions { Headers = new Dictionary<string, string> { ["first"] = "1" } };

        await rig.Publish(new Note("x"), options);

        Assert.DoesNotContain(rig.Broker.Headers[0], static header => header.Contains("first", StringComparison.Ordinal));
        Assert.Contains("ce_second=2", rig.Broker.Headers[0]);
        Assert.Equal("1", options.Headers!["first"]);
    }

    [Fact]
    public async Task It_may_not_set_reserved_headers()
    {
        var rig = Rig((context, next, token) =>
        {
            context.Headers["ef-reason"] = "x";
            return next(context, token);
        });

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => rig.Publish(new Note("x")));

        Assert.StartsWith("The header name 'ef-reason' is reserved.", refused.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Broker.Calls);
    }

    [Fact]
    public async Task Its_exception_reaches_the_caller_unchanged_and_nothing_is_sent()
    {
        var thrown = new UnauthorizedAccessException("no tenant");
        var rig = Rig((_, _, _) => throw thrown);

        Assert.Same(thrown, await Assert.ThrowsAsync<UnauthorizedAccessException>(() => rig.Publish(new Note("x"))));
        Assert.Empty(rig.Broker.Calls);
    }

    [Fact]
    public async Task It_may_answer_itself()
    {
        var rig = Rig((context, _, _) => new ValueTask<PublishResult>(new PublishResult(context.Id, isDuplicate: true)));

        Assert.True((await rig.Publish(new Note("x"))).IsDuplicate);
        Assert.Empty(rig.Broker.Calls);
    }

    [Fact]
    public async Task It_may_try_again()
    {
        var tries = 0;
        var broker = new ScriptedBroker();
        var rig = Rig(broker, async (context, next, token) =>
        {
            try
            {
                return await next(context, token);
            }
            catch (PublishException) when (tries++ == 0)
            {
                broker.OnSend = ScriptedBroker.AcceptInline;
                return await next(context, token);
            }
        });
        broker.OnSend = static call =>
        {
            call.Fail(0, EventFabric.Drivers.SendStatus.Rejected, EventFabric.Drivers.ErrorKind.Invalid);
            return default;
        };

        var result = await rig.Publish(new Note("x"));

        Assert.Equal([result.Id, result.Id], broker.Calls.Select(static call => call.Records[0].Id));
    }

    [Fact]
    public async Task In_a_batch_the_event_that_it_refuses_is_rejected_and_the_others_go()
    {
        var rig = Rig((context, next, token) => context.Data is Note { Text: "bad" } ? throw new FormatException("bad note") : next(context, token));

        var failed = await Assert.ThrowsAsync<PublishException>(() => rig.Publisher.PublishBatchAsync([new Note("a"), new Note("bad"), new Note("b")]));

        Assert.Equal([null, EventFabricErrorKind.Rejected, null], failed.Results.Select(static result => result.Error?.Kind));
        Assert.IsType<FormatException>(failed.Results[1].Error!.InnerException);
        Assert.Equal(
            "The publish middleware threw System.FormatException. The event was not sent, unless the middleware sent it before.", failed.Results[1].Error!.Message);
        Assert.Equal(2, rig.Broker.Stored.Count);
    }

    [Fact]
    public async Task In_a_batch_the_brokers_refusal_stays_what_it_is()
    {
        var rig = Rig((context, next, token) => next(context, token));
        rig.Broker.OnSend = static call =>
        {
            call.FailAll(EventFabric.Drivers.SendStatus.Rejected, EventFabric.Drivers.ErrorKind.Unauthorized);
            return default;
        };

        var failed = await Assert.ThrowsAsync<PublishException>(() => rig.Publisher.PublishBatchAsync([new Note("a")]));

        Assert.Equal(EventFabricErrorKind.Unauthorized, failed.Results[0].Error!.Kind);
    }

    [Fact]
    public async Task A_batch_keeps_its_order_however_long_middleware_takes()
    {
        var waits = new Queue<TaskCompletionSource>();
        var rig = Rig(async (context, next, token) =>
        {
            if (context.Data is Note { Text: "0" or "2" })
            {
                var wait = new TaskCompletionSource();
                waits.Enqueue(wait);
                await wait.Task;
            }

            return await next(context, token);
        });

        var batch = rig.Publisher.PublishBatchAsync(Enumerable.Range(0, 5).Select(static i => new Note($"{i}")).ToArray());
        Assert.Empty(rig.Broker.Stored);
        waits.Dequeue().SetResult();
        waits.Dequeue().SetResult();
        rig.Run();

        await batch;
        Assert.Equal("""{"text":"0"} {"text":"1"} {"text":"2"} {"text":"3"} {"text":"4"}""", rig.Broker.StoredBodies);
    }

    [Fact]
    public async Task A_cancelled_batch_behind_middleware_throws_with_the_results_so_far_inside()
    {
        var rig = Rig((context, next, token) => next(context, token));
        rig.Broker.OnSend = ScriptedBroker.LeaveOpen;
        using var cancelling = new CancellationTokenSource();
        var batch = rig.Publisher.PublishBatchAsync([new Note("a"), new Note("b")], null, cancelling.Token);
        rig.Broker.Last.AcceptAll();
        rig.Run();
        await cancelling.CancelAsync();
        rig.Run();

        var inner = Assert.IsType<PublishException>((await Assert.ThrowsAsync<OperationCanceledException>(() => batch)).InnerException);
        Assert.Equal([null, EventFabricErrorKind.Timeout], inner.Results.Select(static result => result.Error?.Kind));
    }

    private static PublisherRig Rig(params Step[] steps) => Rig(new ScriptedBroker(), steps);

    private static PublisherRig Rig(ScriptedBroker broker, params Step[] steps)
    {
        var isOpen = false;
        var rig = new PublisherRig(
            builder =>
            {
                builder.Services.AddSingleton(new Steps(steps, () => isOpen));
                builder.AddPublishMiddleware<First>();
                if (steps.Length > 1)
                    builder.AddPublishMiddleware<Second>();
            },
            broker).Opened();
        isOpen = true;
        return rig;
    }

    internal delegate ValueTask<PublishResult> Step(
        PublishContext context, Func<PublishContext, CancellationToken, ValueTask<PublishResult>> next, CancellationToken cancellationToken);

    internal sealed record Steps(Step[] All, Func<bool> IsOpen);

    internal sealed class First(Steps steps) : IPublishMiddleware
    {
        public ValueTask<PublishResult> PublishAsync(
            PublishContext context, Func<PublishContext, CancellationToken, ValueTask<PublishResult>> next, CancellationToken cancellationToken) =>
            steps.IsOpen() ? steps.All[0](context, next, cancellationToken) : next(context, cancellationToken);
    }

    internal sealed class Second(Steps steps) : IPublishMiddleware
    {
        public ValueTask<PublishResult> PublishAsync(
            PublishContext context, Func<PublishContext, CancellationToken, ValueTask<PublishResult>> next, CancellationToken cancellationToken) =>
            steps.IsOpen() ? steps.All[1](context, next, cancellationToken) : next(context, cancellationToken);
    }
}
