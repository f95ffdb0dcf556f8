using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Testing.Tests.Broken;

/// <summary>Header blocks with something missing.</summary>
internal static class HeaderEdit
{
    internal static HeaderBlock Without(HeaderBlock block, string name)
    {
        var writer = new HeaderWriter("ce_");
        foreach (var header in block)
        {
            if (Encoding.UTF8.GetString(header.Name) == name) continue;
            if (header.IsNull) writer.AddNull(header.Name);
            else writer.Add(header.Name, header.Value);
        }

        return writer.ToBlock();
    }

    internal static string? Text(HeaderBlock block, ReadOnlySpan<byte> name) => block.TryGet(name, out var value) ? Encoding.UTF8.GetString(value) : null;
}
