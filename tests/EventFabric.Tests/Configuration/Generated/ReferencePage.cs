using System.Globalization;
using System.Text;
using EventFabric.Configuration.Reading;

namespace EventFabric.Tests.Configuration.Generated;

/// <summary>Writes <c>docs/guide/configuration.md</c>: the rules in prose, and every setting from the table.</summary>
internal static class ReferencePage
{
    private const string Intro = """
        # Configuration

        <!-- Made from the table of settings: EVENTFABRIC_WRITE_DOCS=1 with the tests of EventFabric writes it again. Do not edit. -->

        Everything stands in the section `EventFabric` of the application's configuration (or in the section that `AddEventFabric(section)` is given).
        `Brokers` are connections, `Channels` say where events go, `Subscriptions` say who reads a channel and how.

        ```json
        {
          "EventFabric": {
            "Source": "/shop/orders",
            "Group": "orders-worker",
            "Brokers": { "default": { "Type": "InMemory" } },
            "Channels": { "orders": { "Address": "shop.orders.v1" } },
            "Subscriptions": { "billing": { "Channel": "orders" } }
          }
        }
        ```

        ## Rules

        - **Strict.** An unknown key, a value of the wrong kind or out of range, and a combination that cannot work all fail the start, together, in one
          `OptionsValidationException`. Each problem begins with the full path of its setting and ends with what to write instead.
        - **Names** of brokers, channels and subscriptions are letters, digits and single underscores, and begin with a letter, so that each can be set from the environment:
          `EventFabric__Brokers__default__Type=Nats`. They are compared without case. A channel or subscription that code names must stand here; `{}` is enough.
        - **Durations** have a unit, `500ms` `30s` `5m` `24h` `7d`, or are written `[d.]hh:mm:ss` with hours below 24. A bare number is refused.
        - **No lists**, since configuration files would merge them by index.
        - **Null** is absent. Directly below `Brokers`, `Channels` and `Subscriptions` null and empty text are the empty object.
        - **Order.** A subscription begins with `SubscriptionDefaults`, then its own section; then every `Configure` and `PostConfigure` of its options class runs, under its name
          (`services.Configure<SubscriptionOptions>("billing", ...)`). What code sets is checked like what a file says. Everything is copied at start.
        - **Adapters.** Only the section named by a broker's `Type` is read; sections of other adapters may stay for other environments.
        - **Secrets** stand in no message and no log.
        - Settings that are marked *later* are known and not yet there: setting them is refused.

        """;

    public static string Write(IReadOnlyList<Setting> table)
    {
        var page = new StringBuilder(Intro.ReplaceLineEndings("\n"));
        var sections = table
            .Where(static setting => !setting.Path.StartsWith(DescribedSettings.Defaults, StringComparison.Ordinal))
            .GroupBy(static setting => setting.Path[..setting.Path.LastIndexOf(':')]);
        foreach (var section in sections.OrderBy(static group => Order(group.Key)))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## `{section.Key}`\n\n{Note(section.Key)}");
            page.Append("| Setting | Values | Default | |\n| --- | --- | --- | --- |\n");
            foreach (var setting in section)
                page.Append(CultureInfo.InvariantCulture, $"| `{setting.Key}` | {Values(setting)} | {Default(setting)} | {(setting.Later ? "*later* " : "")}{setting.Help} |\n");
        }

        return page.ToString();
    }

    /// <summary>The order of reading: root, brokers, channels, subscriptions; a section before those below it.</summary>
    private static int Order(string section)
    {
        string[] roots = [DescribedSettings.Broker, DescribedSettings.Channel, DescribedSettings.Subscription];
        return (Array.FindIndex(roots, root => section.StartsWith(root, StringComparison.Ordinal)) * 10) + section.Count(static letter => letter == ':');
    }

    private static string Note(string section) => section switch
    {
        DescribedSettings.Broker => "One for each broker; `{broker}` is its name. Beside these keys stands the section of its adapter.\n\n",
        DescribedSettings.Channel => "One for each channel; `{channel}` is its name. An adapter's own settings stand in a section with the adapter's name.\n\n",
        DescribedSettings.Subscription => "One for each subscription; `{subscription}` is its name. `EventFabric:SubscriptionDefaults` has the same shape and stands under each of them.\n\n",
        DescribedSettings.Subscription + ":Batch" => "Only for subscriptions with a batch handler.\n\n",
        DescribedSettings.Broker + ":InMemory" => "The adapter `InMemory`: a broker inside the process, for development and tests.\n\n",
        DescribedSettings.Broker + ":Kafka" => "The adapter `Kafka`, package `EventFabric.Kafka`: [its page](../adapters/kafka.md).\n\n",
        DescribedSettings.Channel + ":Kafka" => "The topic of a channel on Kafka. Only `Provisioning` looks at it.\n\n",
        DescribedSettings.Broker + ":Nats" => "The adapter `Nats`, package `EventFabric.Nats`: [its page](../adapters/nats.md).\n\n",
        DescribedSettings.Channel + ":Nats" => "The stream of a channel on NATS. Only `Provisioning` looks at it, but for `Stream`.\n\n",
        _ => "",
    };

    private static string Values(Setting setting) => setting.Kind switch
    {
        SettingKind.Flag => "`true`, `false`",
        SettingKind.Number when setting.Max == long.MaxValue.ToString(CultureInfo.InvariantCulture) => $"whole number from {setting.Min}",
        SettingKind.Number => $"whole number, {setting.Min} to {setting.Max}",
        SettingKind.Fraction => $"number, {setting.Min} to {setting.Max}",
        SettingKind.Duration => $"duration, {setting.Min} to {setting.Max}",
        SettingKind.Durations => "durations with commas between them",
        SettingKind.Choice => string.Join(", ", setting.Choices.Select(static choice => $"`{choice}`")),
        SettingKind.Start => "`Earliest`, `Latest`, a time with its offset",
        SettingKind.Map => "names and values",
        _ => setting.Secret ? "text, secret" : "text",
    };

    private static string Default(Setting setting) =>
        setting.Required ? "required" : string.IsNullOrEmpty(setting.Default) ? "" : $"`{setting.Default}`";
}
