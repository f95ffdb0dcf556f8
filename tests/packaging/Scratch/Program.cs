// A program of somebody else, made of the packages: publishes, handles, retries, dead-letters. 0 when all of it came as promised.
using System.Text.Json.Serialization;
using EventFabric;
using EventFabric.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var seen = new Seen();
var builder = Host.CreateApplicationBuilder(args);
builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
{
    ["EventFabric:Source"] = "/scratch",
    ["EventFabric:Group"] = "scratch",
    ["EventFabric:Brokers:default:Type"] = "InMemory",
    ["EventFabric:Channels:notes:Address"] = "notes",
    ["EventFabric:Channels:dead:Address"] = "notes-dead",
    ["EventFabric:Subscriptions:reader:Channel"] = "notes",
    ["EventFabric:Subscriptions:reader:Retry:BaseDelay"] = "1ms",
    ["EventFabric:Subscriptions:reader:DeadLetter:Address"] = "notes-dead"
});
var broker = new InMemoryBroker();
builder.Services.AddSingleton(seen);
builder.Services.AddEventFabric().AddInMemory(broker).AddJson(ScratchJson.Default)
    .AddEvent<Note>("notes", key: note => note.Text)
    .AddHandler<Note, Reader>("reader");

using var host = builder.Build();
await host.StartAsync();
var publisher = host.Services.GetRequiredService<IEventPublisher>();
foreach (var text in new[] { "good", "again", "never" }) await publisher.PublishAsync(new Note(text));

using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
while ((seen.Handled < 2 || broker.Read("notes-dead").Count < 1) && !deadline.IsCancellationRequested) await Task.Delay(10);
await host.StopAsync();

Console.WriteLine($"{seen.Handled} handled, {broker.Read("notes-dead").Count} dead-lettered, the suite has {ConformanceSuite.Cases.Count} cases");
return seen.Handled == 2 && broker.Read("notes-dead").Count == 1 && ConformanceSuite.Cases.Count > 0 ? 0 : 1;

[EventType("scratch.note.v1")]
public sealed record Note(string Text);

[JsonSerializable(typeof(Note))]
public sealed partial class ScratchJson : JsonSerializerContext;

public sealed class Seen
{
    public int Handled;
}

public sealed class Reader(Seen seen) : IEventHandler<Note>
{
    public ValueTask<Settlement> HandleAsync(EventContext<Note> context, CancellationToken cancellationToken)
    {
        if (context.Data.Text == "never") return new(Settlement.DeadLetter("never"));
        if (context.Data.Text == "again" && context.Attempt == 1) throw new TimeoutException();
        Interlocked.Increment(ref seen.Handled);
        return new(Settlement.Ack);
    }
}
