using EventFabric.Drivers;
using EventFabric.Testing.Conformance;
using Microsoft.Extensions.Options;

namespace EventFabric.Testing.Cases.Operating;

/// <summary>What is done at start about addresses that are missing, that differ, or that lose events.</summary>
internal static class TopologyCases
{
    private const string Path = "EventFabric:Brokers:default:Provisioning";

    internal static IEnumerable<ConformanceCase> All =>
    [
        new("K03 provision_create_validate_assume", "Create makes what is missing and no more, Validate refuses what is missing or differs, both refuse what loses events, Assume does not look", ModesAsync)
        {
            Needs = Capability.Provisioning,
            Refusal = static context => RefusedAsync(context, context.App(), Provisioning.Create, Path),
        },
    ];

    private static async Task ModesAsync(CaseContext context)
    {
        var plan = context.App();
        await RefusedAsync(context, plan, Provisioning.Validate, plan.Address, plan.DeadLetters).ConfigureAwait(false);
        await RefusedAsync(context, plan, Provisioning.Validate, plan.Address, plan.DeadLetters).ConfigureAwait(false);
        await RunAsync(context, plan, Provisioning.Create, "created").ConfigureAwait(false);
        await RunAsync(context, plan, Provisioning.Create, "created again").ConfigureAwait(false);
        await RunAsync(context, plan, Provisioning.Validate, "validated").ConfigureAwait(false);
        var looked = context.Spy.Inspections;
        await RunAsync(context, plan, Provisioning.Assume, "assumed").ConfigureAwait(false);
        Check.Equal(looked, context.Spy.Inspections, "inspections after a start that assumes");

        await PlayedAsync(context, plan).ConfigureAwait(false);
        await DifferentAsync(context, plan).ConfigureAwait(false);
        await UnsafeAsync(context).ConfigureAwait(false);
    }

    /// <summary>What the engine makes of findings that the suite puts in the place of the driver's.</summary>
    private static async Task PlayedAsync(CaseContext context, AppPlan plan)
    {
        Find(TopologyState.Drift);
        await RefusedAsync(context, plan, Provisioning.Validate, plan.Address, "played", "is-so", "be-so").ConfigureAwait(false);
        await RunAsync(context, plan, Provisioning.Create, "created where something differs").ConfigureAwait(false);
        Find(TopologyState.Unsafe);
        await RefusedAsync(context, plan, Provisioning.Validate, plan.Address, "played", "is-so", "be-so").ConfigureAwait(false);
        await RefusedAsync(context, plan, Provisioning.Create, plan.Address, "played", "is-so", "be-so").ConfigureAwait(false);
        await RunAsync(context, plan, Provisioning.Assume, "assumed where events are lost").ConfigureAwait(false);
        context.Spy.ChangeTopology = null;

        void Find(TopologyState state) => context.Spy.ChangeTopology = item =>
            item.Resource.Contains(plan.Address, StringComparison.Ordinal) && item.Property is null ? new TopologyItem(item.Resource, state, "played", "is-so", "be-so", Destructive: false) : item;
    }

    /// <summary>What the driver finds where other settings want another topology.</summary>
    private static async Task DifferentAsync(CaseContext context, AppPlan plan)
    {
        if (context.Fixture.OtherTopology.Count == 0) return;
        foreach (var (key, value) in context.Fixture.OtherTopology) plan.Root(key, value);
        await RefusedAsync(context, plan, Provisioning.Validate, plan.Address).ConfigureAwait(false);
        await RunAsync(context, plan, Provisioning.Create, "created with other settings").ConfigureAwait(false);
        await RefusedAsync(context, plan, Provisioning.Validate, plan.Address).ConfigureAwait(false);
    }

    /// <summary>What the driver finds where a stranger made an address that loses events.</summary>
    private static async Task UnsafeAsync(CaseContext context)
    {
        var address = context.NewAddress("unsafe");
        if (!await context.Fixture.RawCreateUnsafeAsync(address, context.Cancel).ConfigureAwait(false)) return;
        var plan = context.App();
        await RunAsync(context, plan, Provisioning.Create, "created beside").ConfigureAwait(false);
        plan.Channel("Address", address);
        await RefusedAsync(context, plan, Provisioning.Validate, address).ConfigureAwait(false);
        await RefusedAsync(context, plan, Provisioning.Create, address).ConfigureAwait(false);
    }

    private static async Task RunAsync(CaseContext context, AppPlan plan, Provisioning mode, string text)
    {
        var app = await plan.Root("Brokers:default:Provisioning", mode.ToString()).StartAsync().ConfigureAwait(false);
        var sent = await app.PublishAsync(text, "key").ConfigureAwait(false);
        await Members.UntilAsync(context, () => context.Log.Of(sent.Id) is [{ IsRunning: false }, ..], $"the event \"{text}\"").ConfigureAwait(false);
        await app.StopAsync().ConfigureAwait(false);
    }

    private static async Task RefusedAsync(CaseContext context, AppPlan plan, Provisioning mode, params string[] naming)
    {
        var began = context.Log.Count;
        plan.Root("Brokers:default:Provisioning", mode.ToString());
        var refused = await Check.ThrowsAsync<OptionsValidationException>(() => plan.StartAsync(), $"starting with {mode}").ConfigureAwait(false);
        Check.True(refused.Failures.All(static failure => failure.StartsWith(Path, StringComparison.Ordinal)), $"failures that name {Path}", refused.Message);
        foreach (var name in naming)
            Check.True(refused.Failures.Any(failure => failure.Contains(name, StringComparison.Ordinal)), $"a refusal of {mode} that names {name}", refused.Message);
        Check.Equal(began, context.Log.Count, $"events handled where {mode} refuses the start");
    }
}
