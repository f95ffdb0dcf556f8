using EventFabric.Tests.Engine;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EventFabric.Tests.Subscribing;

/// <summary>What a handler is given for one delivery, and for how long.</summary>
public sealed class DeliveryTests
{
    private readonly List<string> _log = [];

    [Fact]
    public void Each_attempt_has_services_of_its_own_which_are_disposed_before_the_next()
    {
        using var rig = Rig(builder =>
        {
            builder.Services.AddSingleton(_log).AddScoped<Session>().AddScoped<Handler>();
            builder.AddHandler<string, Handler>("work");
        });
        rig.Send("a", "again");
        rig.Send("a", "next");
        rig.Scheduler.Advance(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(10));
        Assert.Equal(["made", "again 1", "disposed", "made", "again 2", "disposed", "made", "next 1", "disposed"], _log);
    }

    [Fact]
    public void Services_that_a_delegate_asks_for_are_made_once_and_disposed_when_it_has_returned()
    {
        using var rig = Rig(builder =>
        {
            builder.Services.AddSingleton(_log).AddScoped<Session>();
            builder.AddHandler<string>("work", (context, _) =>
            {
                Assert.Same(context.Services.GetRequiredService<Session>(), context.Services.GetRequiredService<Session>());
                _log.Add(context.Data);
                return new(Settlement.Ack);
            });
        });
        rig.Send("a", "one");
        rig.Send("a", "two");
        Assert.Equal(["made", "one", "disposed", "made", "two", "disposed"], _log);
    }

    [Fact]
    public void A_context_that_outlives_its_handler_throws_and_does_not_show_the_next_event()
    {
        List<EventContext<string>> kept = [];
        using var rig = Rig(builder => builder.AddHandler<string>("work", (context, _) =>
        {
            kept.Add(context);
            _log.Add(Refused(kept[0]) ? $"{context.Data}: the first is over" : context.Data);
            return new(Settlement.Ack);
        }));
        rig.Send("a", "one");
        Assert.True(Refused(kept[0]));
        rig.Send("a", "two");
        Assert.Equal(["one", "two: the first is over"], _log);
    }

    [Fact]
    public void Services_that_cannot_be_disposed_hold_nothing_up()
    {
        using var rig = Rig(builder =>
        {
            builder.Services.AddScoped<Unruly>();
            builder.AddHandler<string>("work", (context, token) =>
            {
                _ = context.Services.GetRequiredService<Unruly>();
                _log.Add(context.Data);
                return new(Settlement.Ack);
            });
        });
        rig.Send("a", "one");
        rig.Send("a", "two");
        Assert.Equal(["one", "two"], _log);
        rig.Stop();
        Assert.Empty(rig.Others());
    }

    private static bool Refused(EventContext<string> context)
    {
        try
        {
            _ = context.Id;
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static SubscriptionRig Rig(Action<IEventFabricBuilder> handlers)
    {
        var rig = new SubscriptionRig(InMemoryProfile.Queue, handlers, ("Retry:BaseDelay", "0ms"), ("Retry:MaxDelay", "0ms"));
        rig.Start();
        return rig;
    }

    private sealed class Session : IDisposable
    {
        private readonly List<string> _log;

        public Session(List<string> log) => (_log = log).Add("made");

        public void Dispose() => _log.Add("disposed");
    }

    private sealed class Unruly : IDisposable
    {
        public void Dispose() => throw new InvalidOperationException("planned");
    }

    private sealed class Handler(List<string> log, Session session) : IEventHandler<string>
    {
        public ValueTask<Settlement> HandleAsync(EventContext<string> context, CancellationToken cancellationToken)
        {
            Assert.NotNull(session);
            log.Add($"{context.Data} {context.Attempt}");
            return context is { Data: "again", Attempt: 1 } ? throw new InvalidOperationException("planned") : new(Settlement.Ack);
        }
    }
}
