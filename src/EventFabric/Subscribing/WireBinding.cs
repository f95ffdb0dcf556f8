namespace EventFabric.Subscribing;

/// <summary>A handler under one name that its events have on the wire.</summary>
/// <param name="WireType">The CloudEvents type.</param>
/// <param name="IsUpcast">Whether the name is an older type's, which an upcaster brings here. A handler of that type itself comes first.</param>
/// <param name="Binding">The handler.</param>
internal readonly record struct WireBinding(string WireType, bool IsUpcast, TypeBinding Binding);
