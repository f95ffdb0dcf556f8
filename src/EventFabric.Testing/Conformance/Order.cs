using Microsoft.Extensions.Options;

namespace EventFabric.Testing.Conformance;

/// <summary>Order per key, as the first deliveries show it.</summary>
internal static class Order
{
    /// <summary>Which numbers of which keys were never delivered, for a failure.</summary>
    internal static string Missing(DeliveryLog log, int keys, int eventsOfAKey)
    {
        var seen = log.All.Select(static delivery => (delivery.Key, delivery.Number)).ToHashSet();
        var missing = Enumerable.Range(0, keys).SelectMany(key => Enumerable.Range(0, eventsOfAKey).Select(number => (Key: $"k{key}", number))).Where(one => !seen.Contains((one.Key, one.number)));
        return string.Join(", ", missing.GroupBy(static one => one.Key).Select(static group => $"{group.Key}: {group.Min(static one => one.number)} to {group.Max(static one => one.number)} ({group.Count()})"));
    }

    /// <summary>Keys "k0", "k1"...: the first delivery of each number comes in order, and none is missing.</summary>
    internal static void CheckFirstDeliveries(DeliveryLog log, int keys, int eventsOfAKey)
    {
        var first = new Dictionary<string, List<int>>();
        var seen = new HashSet<string>();
        foreach (var delivery in log.All)
        {
            if (!seen.Add(delivery.Id)) continue;
            var key = delivery.Key ?? "-";
            if (!first.TryGetValue(key, out var numbers)) first[key] = numbers = [];
            numbers.Add(delivery.Number);
        }

        for (var key = 0; key < keys; key++)
            Check.Sequence(Enumerable.Range(0, eventsOfAKey), first.GetValueOrDefault($"k{key}") ?? [], $"the first deliveries of key k{key}");
    }
}

/// <summary>Refusals at start-up: they name the setting by its path.</summary>
internal static class Refusals
{
    internal static async Task CheckStartAsync(CaseContext context, AppPlan plan, string key)
    {
        var refused = await Check.ThrowsAsync<OptionsValidationException>(() => plan.StartAsync(), $"starting with {key}").ConfigureAwait(false);
        Check.True(refused.Failures.Any(failure => failure.Contains(plan.PathOf(key), StringComparison.Ordinal)), $"a failure that names {plan.PathOf(key)}", refused.Message);
        context.Outcome = CaseOutcome.Refused;
    }
}
