using FsCheck;
using FsCheck.Xunit;

namespace EventFabric.Tests.Publishing;

/// <summary>Random callers and a random broker; a failure names its steps and the seed that replays it.</summary>
public sealed class PublishPropertyTests
{
    [Property(MaxTest = 500, StartSize = 50, EndSize = 250)]
    public void Every_publish_ends_once_and_as_the_broker_said(DoNotSize<int>[] steps)
    {
        var model = new PublishModel();
        foreach (var step in steps)
            model.Step(step.Item);
        model.End();
    }
}
