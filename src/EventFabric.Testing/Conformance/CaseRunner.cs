using System.Globalization;
using EventFabric.Drivers;

namespace EventFabric.Testing.Conformance;

/// <summary>Runs one case on one fixture, with no ledger: passes, is refused, or throws.</summary>
internal static class CaseRunner
{
    /// <summary>A case ends within this and a few times the fixture's patience, whatever hangs.</summary>
    private static readonly TimeSpan LimitOfACase = TimeSpan.FromMinutes(2);

    internal static async Task<CaseOutcome> RunAsync(ConformanceCase testCase, ConformanceFixture fixture, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LimitOfACase + (fixture.Patience * 4), TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var profile = await FixtureProfile.GetAsync(fixture, both.Token).ConfigureAwait(false);
        var context = new CaseContext(fixture, testCase.Name, profile, Seed(), both.Token);
        try
        {
            await RunAsync(testCase, context).ConfigureAwait(false);
            await context.DisposeAsync().ConfigureAwait(false);
            return context.Outcome;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failed)
        {
            var why = failed is ConformanceException ? failed.Message : $"unexpected {failed.GetType().Name}: {failed.Message}";
            var failure = new ConformanceException($"{testCase.Name}: {why}{context.Describe()}", failed);
            await AbandonAsync(context).ConfigureAwait(false);
            throw failure;
        }
    }

    private static async Task RunAsync(ConformanceCase testCase, CaseContext context)
    {
        if (testCase.Needs is { } capability && context.Profile.SupportOf(capability) == Support.Unsupported)
        {
            var refusal = testCase.Refusal ?? throw new InvalidOperationException($"{testCase.Id} needs {capability} and says nothing of its refusal.");
            await refusal(context).ConfigureAwait(false);
            context.Outcome = CaseOutcome.Refused;
            return;
        }

        await testCase.Body(context).ConfigureAwait(false);
    }

    // What failed may hang while it is stopped: the failure itself is what matters.
    private static async Task AbandonAsync(CaseContext context)
    {
        try
        {
            await context.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
        }
    }

    private static int Seed() =>
        int.TryParse(Environment.GetEnvironmentVariable("EVENTFABRIC_CONFORMANCE_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
}
