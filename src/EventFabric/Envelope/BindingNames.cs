using System.Text;
using EventFabric.Drivers;

namespace EventFabric.Envelope;

/// <summary>The header names of a binding in UTF-8, made once.</summary>
internal sealed class BindingNames
{
    internal BindingNames(CloudEventsBinding binding)
    {
        Binding = binding;
        Prefix = Encoding.UTF8.GetBytes(binding.Prefix);
        AlsoRead = binding.AlsoRead is { } also ? Encoding.UTF8.GetBytes(also) : null;
        ContentType = Encoding.UTF8.GetBytes(binding.ContentTypeName);
        StructuredContentType = binding.ContentTypeName.StartsWith(binding.Prefix, StringComparison.Ordinal) ? "Content-Type"u8.ToArray() : ContentType;
        SpecVersion = Named(Attributes.SpecVersion);
        Id = Named(Attributes.Id);
        Type = Named(Attributes.Type);
        Source = Named(Attributes.Source);
        Time = Named(Attributes.Time);
        Subject = Named(Attributes.Subject);
    }

    internal CloudEventsBinding Binding { get; }

    internal byte[] Prefix { get; }

    internal byte[]? AlsoRead { get; }

    /// <summary>The header that carries <c>datacontenttype</c>.</summary>
    internal byte[] ContentType { get; }

    /// <summary>
    /// The header that says that the body is a structured event: the same, but where the content type is an attribute like the others, as on NATS.
    /// </summary>
    internal byte[] StructuredContentType { get; }

    internal byte[] SpecVersion { get; }

    internal byte[] Id { get; }

    internal byte[] Type { get; }

    internal byte[] Source { get; }

    internal byte[] Time { get; }

    internal byte[] Subject { get; }

    /// <summary>Cuts the prefix off the header of an attribute; false for a transport header.</summary>
    internal bool TryGetAttribute(ReadOnlySpan<byte> header, out ReadOnlySpan<byte> attribute)
    {
        if (header.StartsWith(Prefix))
        {
            attribute = header[Prefix.Length..];
            return true;
        }

        if (AlsoRead is not null && header.StartsWith(AlsoRead))
        {
            attribute = header[AlsoRead.Length..];
            return true;
        }

        attribute = default;
        return false;
    }

    private byte[] Named(ReadOnlySpan<byte> attribute) => [.. Prefix, .. attribute];
}
