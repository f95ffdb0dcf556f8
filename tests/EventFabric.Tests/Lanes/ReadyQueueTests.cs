using EventFabric.Lanes;
using FsCheck.Xunit;
using Xunit;

namespace EventFabric.Tests.Lanes;

public sealed class ReadyQueueTests
{
    [Property(MaxTest = 300, EndSize = 300)]
    public void It_is_a_linked_list(int[] steps)
    {
        var queue = default(ReadyQueue);
        var model = new LinkedList<TestRecord>();
        var number = 0;
        foreach (var step in steps)
        {
            switch (Math.Abs((long)step) % 5)
            {
                case 0 or 1:
                    var last = new TestRecord(number++);
                    queue.Add(last);
                    model.AddLast(last);
                    break;
                case 2:
                    var first = new TestRecord(number++);
                    queue.AddFirst(first);
                    model.AddFirst(first);
                    break;
                case 3:
                    Assert.Equal(model.Count > 0, queue.TryTake(out var taken));
                    Assert.Same(model.First?.Value, taken);
                    if (model.Count > 0)
                        model.RemoveFirst();
                    break;
                default:
                    var some = model.Count == 0 ? new TestRecord(-1) : model.ElementAt((int)(Math.Abs((long)step) / 5 % model.Count));
                    Assert.Equal(model.Remove(some), queue.Remove(some));
                    break;
            }

            Assert.Equal(model.Count, queue.Count);
            Assert.Same(model.First?.Value, queue.First);
        }

        foreach (var expected in model)
        {
            Assert.True(queue.TryTake(out var seen));
            Assert.Same(expected, seen);
        }

        Assert.False(queue.TryTake(out _));
    }
}
