using FsCheck.Xunit;

namespace EventFabric.Tests.Publishing;

/// <summary>Random callers and a random broker; a failure names its steps and the seed that replays it.</summary>
public sealed class PublishPropertyTests
{
    [Property(MaxTest = 300, EndSize = 300)]
    public void Every_publish_ends_once_and_as_the_broker_said(int[] steps)
    {
        var model = new PublishModel();
        foreach (var step in steps)
            model.Step(step);
        model.End();
    }
}
