using EventFabric.Testing.Cases.Basics;
using EventFabric.Testing.Cases.Batches;
using EventFabric.Testing.Cases.Envelopes;
using EventFabric.Testing.Cases.Failing;
using EventFabric.Testing.Cases.Groups;
using EventFabric.Testing.Cases.Operating;
using EventFabric.Testing.Cases.Ordering;
using EventFabric.Testing.Cases.Settling;

namespace EventFabric.Testing.Conformance;

/// <summary>All cases, in the order of their ids.</summary>
internal static class CaseCatalogue
{
    internal static IReadOnlyList<ConformanceCase> All { get; } = [.. Collect().OrderBy(static known => known.Id, StringComparer.Ordinal)];

    /// <summary>By name or by id; null when there is none.</summary>
    internal static ConformanceCase? Find(string nameOrId) => All.FirstOrDefault(known => known.Name == nameOrId || known.Id == nameOrId);

    private static IEnumerable<ConformanceCase> Collect() =>
    [
        .. RoundTripCases.All,
        .. BodyCases.All,
        .. HeaderCases.All,
        .. AddressCases.All,
        .. CancelCases.All,
        .. DisposeCases.All,
        .. BatchCases.All,
        .. FailureCases.All,
        .. FlowCases.All,
        .. CloudEventCases.All,
        .. ForeignCases.All,
        .. PoisonCases.All,
        .. VerdictCases.All,
        .. LeaseCases.All,
        .. CrashCases.All,
        .. SettleFailureCases.All,
        .. KeyCases.All,
        .. ParkingCases.All,
        .. ConcurrencyCases.All,
        .. SharingCases.All,
        .. StartCases.All,
        .. TakeoverCases.All,
        .. RevokeCases.All,
        .. TenureCases.All,
        .. RetryCases.All,
        .. DeadLetterCases.All,
        .. DeadLetterWriteCases.All,
        .. CrashLoopCases.All,
        .. TopologyCases.All,
    ];
}
