namespace EventFabric.Configuration.Reading;

/// <summary>Names of brokers, channels and subscriptions: what an environment variable can say on every system.</summary>
internal static class NameRule
{
    public const string Text = "write letters, digits and single underscores, beginning with a letter, so that it can be set from the environment everywhere";

    public static bool Allows(string name) =>
        name.Length > 0
        && char.IsAsciiLetter(name[0])
        && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
        && !name.Contains("__", StringComparison.Ordinal);
}
