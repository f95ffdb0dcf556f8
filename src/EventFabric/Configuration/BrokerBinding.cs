using EventFabric.Configuration.Reading;
using EventFabric.Drivers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

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
        Configure(options);
        read(new SettingsReader(null, path, new SettingsSession(SettingsPass.Code) { Problems = session.Problems }), options);
        Validate(options);
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

    private void Configure<T>(T options)
        where T : class
    {
        if (services is null) return;
        foreach (var configure in services.GetServices<IConfigureOptions<T>>())
        {
            if (configure is IConfigureNamedOptions<T> named) named.Configure(name, options);
            else if (name == Options.DefaultName) configure.Configure(options);
        }

        foreach (var configure in services.GetServices<IPostConfigureOptions<T>>()) configure.PostConfigure(name, options);
    }

    private void Validate<T>(T options)
        where T : class
    {
        if (services is null) return;
        foreach (var validate in services.GetServices<IValidateOptions<T>>())
        {
            if (validate.Validate(name, options) is not { Failed: true, Failures: var failures }) continue;
            foreach (var failure in failures) session.Add(path, failure);
        }
    }
}
