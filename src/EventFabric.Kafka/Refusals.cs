using Confluent.Kafka;

namespace EventFabric.Kafka;

/// <summary>
/// Remembers that the cluster refused the client. The client then tries again for ever and says so only in its error handler: whoever asked something would
/// hear of a timeout, and late. Any thread.
/// </summary>
internal sealed class Refusals(string broker)
{
    private TaskCompletionSource _refused = New();
    private volatile KafkaException? _last;

    /// <summary>Takes errors of the client; those that are no refusal are ignored.</summary>
    internal void Note(Error error)
    {
        // An alert of the other side during the handshake, "your certificate is missing", comes as an error of the connection.
        var isTls = error.Code == ErrorCode.Local_Ssl || (error.Code == ErrorCode.Local_Transport && error.Reason.Contains("SSL alert number", StringComparison.Ordinal));
        if (!isTls && error.Code is not (ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed))
            return;
        var where = isTls ? "SecurityProtocol, CaFile, CertificateFile and KeyFile" : "SaslMechanism, Username and Password, or the TokenProvider";
        _last = new KafkaException(new Error(isTls ? ErrorCode.Local_Ssl : error.Code, $"EventFabric:Brokers:{broker}:Kafka: the cluster and this client do not accept each other; check {where} there: {error.Reason}"));
        Volatile.Read(ref _refused).TrySetResult();
    }

    /// <summary>Waits for an answer, but not beyond a refusal.</summary>
    /// <exception cref="KafkaException">The question failed, or the cluster refuses the client.</exception>
    internal async Task<T> AskAsync<T>(Task<T> question, CancellationToken cancellationToken)
    {
        var refused = Volatile.Read(ref _refused);
        // The client may be let in meanwhile: an old refusal does not end a new question at once.
        if (refused.Task.IsCompleted && Interlocked.CompareExchange(ref _refused, New(), refused) == refused)
            refused = Volatile.Read(ref _refused);
        try
        {
            if (await Task.WhenAny(question, refused.Task).WaitAsync(cancellationToken).ConfigureAwait(false) != question && _last is { } refusal)
                throw refusal;
            var answer = await question.WaitAsync(cancellationToken).ConfigureAwait(false);
            _last = null;
            return answer;
        }
        catch (KafkaException error) when (error.Error.Code is ErrorCode.Local_TimedOut or ErrorCode.Local_Transport && _last is { } refusal)
        {
            // The client does not repeat what it said a moment ago.
            throw refusal;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
