using System.CommandLine;
using Orders;

var events = new Option<int>("--events") { Description = "How many orders are published.", DefaultValueFactory = _ => 20_000 };
var keys = new Option<int>("--keys") { Description = "How many customers order.", DefaultValueFactory = _ => 1_000 };
var broker = new Option<string>("--broker") { Description = "The broker: NAME picks appsettings.NAME.json.", DefaultValueFactory = _ => "in-memory" };
var json = new Option<FileInfo?>("--json") { Description = "A file for the closing table." };

foreach (var number in new[] { events, keys })
{
    number.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1) result.AddError($"{number.Name} must be at least 1.");
    });
}

broker.Validators.Add(result =>
{
    var name = result.GetValueOrDefault<string>();
    if (!Brokers().Contains(name)) result.AddError($"There is no appsettings.{name}.json. Known: {string.Join(", ", Brokers())}.");
});

var command = new RootCommand("The story of a shop: orders are published, fulfilled, retried and dead-lettered, and every one of them is accounted for.")
{
    events,
    keys,
    broker,
    json
};
command.SetAction((result, cancellationToken) => Run.RunAsync(
    new RunOptions(result.GetValue(events), result.GetValue(keys), result.GetValue(broker)!, result.GetValue(json)),
    cancellationToken));
return await command.Parse(args).InvokeAsync();

static string[] Brokers() =>
    [.. Directory.GetFiles(AppContext.BaseDirectory, "appsettings.*.json").Select(file => Path.GetFileName(file).Split('.')[1]).Order()];
