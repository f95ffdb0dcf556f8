using Microsoft.Extensions.Options;

namespace EventFabric.Configuration.Plans;

/// <summary>The plan, made once when it is first asked for: by the publisher or by the host's start. Any thread.</summary>
internal sealed class FabricPlanSource(PlanBuilder builder)
{
    private readonly Lock _lock = new();
    private FabricPlan? _plan;
    private IEnumerable<string>? _problems;

    /// <summary>The plan if it was made already, for those who clean up after it.</summary>
    public FabricPlan? Made => Volatile.Read(ref _plan);

    /// <summary>The plan.</summary>
    /// <exception cref="OptionsValidationException">The configuration is wrong; each call says so again.</exception>
    public FabricPlan Get()
    {
        if (Volatile.Read(ref _plan) is { } made) return made;
        lock (_lock)
        {
            if (_problems is not null) throw PlanCheck.Failed(_problems);
            if (_plan is not null) return _plan;
            try
            {
                var plan = builder.Build();
                Volatile.Write(ref _plan, plan);
                return plan;
            }
            catch (OptionsValidationException failed)
            {
                _problems = failed.Failures;
                throw;
            }
        }
    }
}
