namespace EventFabric.Configuration.Reading;

/// <summary>Finds what a mistyped name was meant to be: by edit distance (insert, delete, replace, swap of neighbours), ignoring case.</summary>
internal static class NearestName
{
    private const int LongestCompared = 128;

    /// <summary>The nearest of the known names, or null when none is near: more than a third of the typed letters differ.</summary>
    public static string? Find(string typed, IEnumerable<string> known)
    {
        if (typed.Length > LongestCompared) return null;
        var allowed = Math.Max(1, typed.Length / 3);
        string? nearest = null;
        var least = allowed + 1;
        foreach (var name in known.Where(static name => name.Length <= LongestCompared).Order(StringComparer.OrdinalIgnoreCase))
        {
            if (Math.Abs(name.Length - typed.Length) >= least) continue;
            var distance = Distance(typed, name);
            if (distance >= least) continue;
            least = distance;
            nearest = name;
        }

        return nearest;
    }

    /// <summary>How many edits lead from one to the other.</summary>
    public static int Distance(string left, string right)
    {
        var (previous2, previous, current) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++) previous[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replace = previous[j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1);
                current[j] = Math.Min(replace, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                    current[j] = Math.Min(current[j], previous2[j - 2] + 1);
            }

            (previous2, previous, current) = (previous, current, previous2);
        }

        return previous[right.Length];
    }

    /// <summary>The part of a refusal that helps: what was meant, or what there is.</summary>
    public static string Hint(string typed, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToArray();
        if (Find(typed, names) is { } nearest) return $"did you mean \"{nearest}\"?";
        return names.Length == 0 ? "nothing stands here" : $"known here: {string.Join(", ", names)}";
    }

    private static bool Same(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
