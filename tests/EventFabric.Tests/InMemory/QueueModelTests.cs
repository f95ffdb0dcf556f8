using EventFabric.Drivers;
using Xunit;
using static EventFabric.Tests.InMemory.InMemoryHarness;

namespace EventFabric.Tests.InMemory;

/// <summary>Random use of a queue with several members, against what a queue must never do.</summary>
public sealed class QueueModelTests
{
    [Theory]
    [InlineData(OrderingMode.PerKey)]
    [InlineData(OrderingMode.None)]
    public async Task Nothing_is_lost_or_leased_twice_and_a_key_keeps_its_order(OrderingMode ordering)
    {
        for (var seed = 0; seed < 300; seed++) await new Run(seed, ordering).PlayAsync();
    }

    private sealed class Run(int seed, OrderingMode ordering)
    {
        private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
        private readonly Random _random = new(seed);
        private readonly InMemoryHarness _harness = new(new InMemoryOptions { Profile = InMemoryProfile.Queue, Lease = Lease });
        private readonly List<TestReceiver> _members = [];

        // The model: what is leased (by whom, until when), what is settled, and the last first delivery of each key.
        private readonly Dictionary<int, (TestReceiver Member, Seen Seen, DateTimeOffset Until)> _leased = [];
        private readonly HashSet<int> _settled = [];
        private readonly Dictionary<string, int> _firstDeliveries = [];
        private readonly Dictionary<int, int> _deliveries = [];
        private readonly Dictionary<int, string?> _keys = [];
        private int _sent;

        private DateTimeOffset Now => _harness.Scheduler.Clock.GetUtcNow();

        public async Task PlayAsync()
        {
            for (var step = 0; step < 120; step++)
            {
                switch (_random.Next(10))
                {
                    case 0 or 1 when _members.Count < 4:
                        _members.Add(await _harness.OpenAsync(Plan(ordering: ordering)));
                        break;
                    case 2 when _members.Count > 1:
                        await RemoveMemberAsync();
                        break;
                    case 3 or 4:
                        await SendAsync();
                        break;
                    case 5:
                        _harness.Scheduler.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 4000)));
                        break;
                    case 6:
                        Settle();
                        break;
                    default:
                        ReceiveSome();
                        break;
                }

                Collect();
            }

            await FinishAsync();
        }

        private async Task SendAsync()
        {
            var records = new OutboundRecord[_random.Next(1, 6)];
            for (var i = 0; i < records.Length; i++)
            {
                var key = _random.Next(5) is > 0 and var number ? $"k{number}" : null;
                _keys[_sent] = key;
                records[i] = Record(key, $"{_sent++}");
            }

            await _harness.SendAsync(records);
        }

        private async Task RemoveMemberAsync()
        {
            var member = _members[_random.Next(_members.Count)];
            _members.Remove(member);
            if (_random.Next(2) == 0) member.Faults.Crash();
            else await member.DisposeAsync();
            _harness.Scheduler.Run();
            foreach (var (id, lease) in _leased.ToList())
            {
                if (lease.Member == member) _leased.Remove(id);
            }
        }

        private void ReceiveSome()
        {
            if (_members.Count == 0) return;
            var member = _members[_random.Next(_members.Count)];
            foreach (var seen in member.Receive(_random.Next(1, 5))!) Delivered(member, seen);
        }

        /// <summary>What receives that were waiting have been given by the last step.</summary>
        private void Collect()
        {
            foreach (var member in _members)
            {
                foreach (var seen in member.Collect()!) Delivered(member, seen);
            }
        }

        private void Delivered(TestReceiver member, Seen seen)
        {
            var id = int.Parse(seen.Body!);
            ForgetEnded();
            Check(!_settled.Contains(id), $"{id} is delivered after it was settled");
            Check(!_leased.ContainsKey(id), $"{id} is leased twice");
            var count = _deliveries[id] = _deliveries.GetValueOrDefault(id) + 1;
            Check(seen.DeliveryCount == count, $"{id} is counted {seen.DeliveryCount} and delivered {count}");
            Check(seen.Key == _keys[id], $"{id} has another's key");
            if (ordering == OrderingMode.PerKey && seen.Key is { } key)
            {
                foreach (var (other, lease) in _leased)
                {
                    if (lease.Seen.Key != key) continue;
                    Check(lease.Member == member, $"{id} of {key} is delivered while {other} is another member's");
                    Check(other < id, $"{id} of {key} is delivered behind {other}");
                }

                if (count == 1)
                {
                    Check(_firstDeliveries.GetValueOrDefault(key, -1) < id, $"{id} of {key} is first delivered behind a later one");
                    _firstDeliveries[key] = id;
                }

                var earlier = Enumerable.Range(0, id).FirstOrDefault(one => _keys[one] == key && !_settled.Contains(one) && !_leased.ContainsKey(one), -1);
                Check(earlier < 0, $"{id} of {key} is delivered while {earlier} waits");
            }

            _leased.Add(id, (member, seen, Now + Lease));
        }

        private void Settle()
        {
            if (_leased.Count == 0) return;
            var id = _leased.Keys.ElementAt(_random.Next(_leased.Count));
            var (member, seen, until) = _leased[id];
            var ended = until <= Now;
            if (_random.Next(4) == 0)
            {
                Expect(id, ended ? SettleStatus.LeaseLost : SettleStatus.Applied, member.Extend(seen.Ref, Lease));
                if (ended) _leased.Remove(id);
                else _leased[id] = (member, seen, Now + Lease);
                return;
            }

            var kind = _random.Next(3) == 0 ? SettleKind.Release : SettleKind.Ack;
            var delay = _random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(_random.Next(1, 3000));
            Expect(id, ended ? SettleStatus.LeaseLost : SettleStatus.Applied, member.Settle(seen.Ref, kind, delay));
            _leased.Remove(id);
            if (ended) return;
            if (kind == SettleKind.Ack) _settled.Add(id);

            // What was released may be another's by now.
            var again = member.Settle(seen.Ref);
            if (kind == SettleKind.Ack || again != SettleStatus.LeaseLost) Expect(id, SettleStatus.AlreadySettled, again);
        }

        private async Task FinishAsync()
        {
            if (_members.Count == 0) _members.Add(await _harness.OpenAsync(Plan(ordering: ordering)));
            for (var round = 0; round < 200 && _settled.Count < _sent; round++)
            {
                foreach (var member in _members)
                {
                    foreach (var seen in member.Receive()!) Delivered(member, seen);
                    Collect();
                }

                foreach (var (id, lease) in _leased.ToList())
                {
                    if (lease.Until > Now) Expect(id, SettleStatus.Applied, lease.Member.Settle(lease.Seen.Ref));
                    if (lease.Until > Now) _settled.Add(id);
                    _leased.Remove(id);
                }

                Collect();
                _harness.Scheduler.Advance(TimeSpan.FromSeconds(1));
                Collect();
            }

            Check(_settled.Count == _sent, $"{_sent} were sent and {_settled.Count} settled");
        }

        private void ForgetEnded()
        {
            foreach (var (id, lease) in _leased.ToList())
            {
                if (lease.Until <= Now) _leased.Remove(id);
            }
        }

        private void Expect(int id, SettleStatus expected, SettleStatus seen) => Check(expected == seen, $"settling {id}: expected {expected}, seen {seen}");

        private void Check(bool condition, string message) => Assert.True(condition, $"Seed {seed}, {ordering}: {message}.");
    }
}
