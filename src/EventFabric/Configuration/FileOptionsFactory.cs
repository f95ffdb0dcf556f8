using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace EventFabric.Configuration;

/// <summary>
/// The options pattern over the strict reader: an options object begins as the configuration says, then every <c>Configure</c> and <c>PostConfigure</c> runs,
/// whenever it was registered. So <c>IOptionsMonitor</c> gives what the library itself uses.
/// </summary>
internal sealed class FileOptionsFactory<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
    Func<string, T> read,
    IEnumerable<IConfigureOptions<T>> configures,
    IEnumerable<IPostConfigureOptions<T>> postConfigures,
    IEnumerable<IValidateOptions<T>> validations)
    : OptionsFactory<T>(configures, postConfigures, validations)
    where T : class
{
    protected override T CreateInstance(string name) => read(name);
}
