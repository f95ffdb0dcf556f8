using System.Globalization;

namespace EventFabric.Testing.Conformance;

/// <summary>Assertions that say what was expected and what was seen. No test framework: a failure is a <see cref="ConformanceException"/>.</summary>
internal static class Check
{
    internal static void Equal<T>(T expected, T seen, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, seen)) throw Failed(what, Show(expected), Show(seen));
    }

    internal static void True(bool condition, string expected, object? seen)
    {
        if (!condition) throw new ConformanceException($"expected {expected}, seen {Show(seen)}");
    }

    internal static void Bytes(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> seen, string what)
    {
        if (!expected.SequenceEqual(seen)) throw Failed(what, ShowBytes(expected), ShowBytes(seen));
    }

    internal static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> seen, string what)
    {
        var (wanted, found) = (expected.ToList(), seen.ToList());
        if (!wanted.SequenceEqual(found)) throw Failed(what, Show(string.Join(", ", wanted)), Show(string.Join(", ", found)));
    }

    /// <summary>The same members, order and repetition aside.</summary>
    internal static void SameSet(IEnumerable<string> expected, IEnumerable<string> seen, string what)
    {
        var (wanted, found) = (expected.ToHashSet(StringComparer.Ordinal), seen.ToHashSet(StringComparer.Ordinal));
        if (wanted.SetEquals(found)) return;
        var missing = string.Join(", ", wanted.Except(found).Take(10));
        var strange = string.Join(", ", found.Except(wanted).Take(10));
        throw Failed(what, $"{wanted.Count} of them", $"{found.Count}; missing: [{missing}], not expected: [{strange}]");
    }

    /// <summary>A value of one type, for what is asserted of it next.</summary>
    internal static T Of<T>(object? value, string what) => value is T typed ? typed : throw Failed(what, typeof(T).Name, Show(value?.GetType().Name));

    /// <summary>The exception of one type that an action ends with; anything else is a failure.</summary>
    internal static async Task<TException> ThrowsAsync<TException>(Func<Task> action, string what)
        where TException : Exception
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (TException expected)
        {
            return expected;
        }
        catch (Exception other) when (other is not ConformanceException)
        {
            throw new ConformanceException($"{what}: expected {typeof(TException).Name}, seen {other.GetType().Name}: {other.Message}", other);
        }

        throw Failed(what, typeof(TException).Name, "no exception");
    }

    internal static ConformanceException Failed(string what, string expected, string seen) => new($"{what}: expected {expected}, seen {seen}");

    private static string Show(object? value) => value switch
    {
        null => "nothing",
        string text => $"\"{(text.Length > 400 ? text[..400] + "…" : text)}\"",
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        byte[] bytes => ShowBytes(bytes),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };

    private static string ShowBytes(ReadOnlySpan<byte> bytes) =>
        $"{bytes.Length} bytes {Convert.ToHexStringLower(bytes.Length > 64 ? bytes[..64] : bytes)}{(bytes.Length > 64 ? "…" : string.Empty)}";
}
