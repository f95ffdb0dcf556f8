using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using Microsoft.Extensions.Configuration;

namespace EventFabric.Configuration;

/// <summary>Makes a driver's options from the adapter's section of one broker and from what code configured under the broker's name.</summary>
/// <param name="name">The broker's name, which is the options' name.</param>
/// <param name="section">The adapter's section; null: empty.</param>
/// <param name="path">Its full path.</param>
/// <param name="services">Where <c>Configure</c>, <c>PostConfigure</c> and validations of the options are; null: there are none.</param>
/// <param name="session">Takes the problems and the table. In <see cref="SettingsPass.Describe"/> nothing else happens.</param>
internal sealed class BrokerBinding(string name, IConfiguration? section, string path, IServiceProvider? services, SettingsSession session)
{
    private bool _bound;

    public T Bind<T>(Action<SettingsReader, T> read)
        where T : class, new()
    {
        if (_bound) throw new InvalidOperationException($"{path} is bound twice; a driver binds its options once.");
        _bound = true;
        var options = new T();
        var reader = new SettingsReader(section, path, session);
        read(reader, options);
        if (session.Pass == SettingsPass.Describe) return options;
        reader.Finish();
        CheckFallbacks(read, options);
        if (services is not null) OptionsPipeline.Configure(services, name, options);
        read(new SettingsReader(null, path, new SettingsSession(SettingsPass.Code) { Problems = session.Problems }), options);
        if (services is not null) OptionsPipeline.Validate(services, name, options, path, session);
        return options;
    }

    /// <summary>A driver that binds nothing has no settings: whatever stands there is unknown.</summary>
    public void Complete()
    {
        if (!_bound) new SettingsReader(section, path, session).Finish();
    }

    /// <summary>The second run of <paramref name="read"/> would undo what code configured if a fallback were not the options object's own value.</summary>
    private void CheckFallbacks<T>(Action<SettingsReader, T> read, T options)
    {
        var again = new SettingsSession(SettingsPass.File);
        read(new SettingsReader(null, path, again), options);
        foreach (var (key, value) in session.Values)
        {
            if (key.StartsWith(path, StringComparison.OrdinalIgnoreCase) && again.Values.GetValueOrDefault(key) != value)
            {
                throw new InvalidOperationException(
                    $"The driver reads {key} with a fallback that is not the options object's own value; pass options.X as the fallback of X.");
            }
        }
    }
}
