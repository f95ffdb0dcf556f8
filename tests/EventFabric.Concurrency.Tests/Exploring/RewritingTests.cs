using System.Reflection;
using System.Runtime.CompilerServices;
using EventFabric.Publishing;
using Xunit;

namespace EventFabric.Concurrency.Exploring;

/// <summary>What the explorer runs is the engine as it was rewritten: it must have been, and it must be able to run.</summary>
public sealed class RewritingTests
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private static readonly string[] Explored = ["EventFabric.Lanes", "EventFabric.Tracking", "EventFabric.Publishing", "EventFabric.Scheduling", "EventFabric.Drivers"];

    [Fact]
    public void The_engine_is_rewritten_for_the_explorer() =>
        Assert.Contains(typeof(ChannelPublisher).Assembly.GetReferencedAssemblies(), static name => name.Name == "Microsoft.Coyote");

    [Fact]
    public void What_is_rewritten_can_run()
    {
        List<string> broken = [];
        foreach (var type in typeof(ChannelPublisher).Assembly.GetTypes())
        {
            if (type.ContainsGenericParameters || type.IsSubclassOf(typeof(Delegate)) || !Explored.Contains(type.Namespace))
                continue;
            foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
            {
                if (method.IsAbstract || method.ContainsGenericParameters)
                    continue;
                try
                {
                    RuntimeHelpers.PrepareMethod(method.MethodHandle);
                }
                catch (InvalidProgramException)
                {
                    broken.Add($"{type.FullName}.{method.Name}");
                }
            }
        }

        Assert.Empty(broken);
    }
}
