using System.Buffers;

namespace EventFabric.Serialization;

/// <summary>The payload transforms of one application, in the order in which they are applied. Immutable, thread-safe.</summary>
internal sealed class PayloadTransforms
{
    /// <summary>How many transforms a received event may name.</summary>
    internal const int MaxCodings = 16;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly Dictionary<string, IPayloadTransform> _byName = new(StringComparer.Ordinal);

    internal PayloadTransforms(IEnumerable<IPayloadTransform> transforms, ICollection<string> problems)
    {
        List<IPayloadTransform> inOrder = [];
        foreach (var transform in transforms)
        {
            var name = transform.Name;
            if (name is not { Length: > 0 and <= 32 } || name.AsSpan().ContainsAnyExcept(NameCharacters))
                problems.Add($"The payload transform {transform.GetType()} has the Name \"{name}\": 1 to 32 characters of a-z, 0-9 and - are needed.");
            else if (!_byName.TryAdd(name, transform))
                problems.Add($"The payload transforms {_byName[name].GetType()} and {transform.GetType()} both have the Name \"{name}\": rename one.");
            else
                inOrder.Add(transform);
        }

        if (inOrder.Count > MaxCodings)
            problems.Add($"There are {inOrder.Count} payload transforms; {MaxCodings} are allowed: remove AddPayloadTransform calls.");
        InOrder = inOrder;
        Coding = inOrder.Count == 0 ? null : string.Join(',', inOrder.Select(static transform => transform.Name));
    }

    internal IReadOnlyList<IPayloadTransform> InOrder { get; }

    /// <summary>The value of the header <c>ef-coding</c>: the names in the order of application; null: none.</summary>
    internal string? Coding { get; }

    /// <summary>The transforms that a received event names, in the order in which they are undone.</summary>
    /// <exception cref="PayloadException">One is unknown here, or there are too many.</exception>
    internal List<IPayloadTransform> ToUndo(string coding)
    {
        var names = coding.Split(',', MaxCodings + 1, StringSplitOptions.TrimEntries);
        if (names.Length > MaxCodings)
            throw new PayloadException(PayloadException.UnknownCoding, $"The header ef-coding names more than {MaxCodings} payload transforms.");

        List<IPayloadTransform> transforms = [];
        for (var i = names.Length - 1; i >= 0; i--)
        {
            if (!_byName.TryGetValue(names[i], out var transform))
                throw new PayloadException(PayloadException.UnknownCoding, "The header ef-coding names a payload transform that this application has not added by AddPayloadTransform.");
            transforms.Add(transform);
        }

        return transforms;
    }
}
