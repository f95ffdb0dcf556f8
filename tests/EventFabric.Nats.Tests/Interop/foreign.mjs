// Reads or writes events with a client that is not ours: the official one for JavaScript.
import { AckPolicy, connect, headers } from "nats";

const [verb, servers, address, partitions, ...keys] = process.argv.slice(2);
const connection = await connect({ servers });
const jetStream = connection.jetstream();

if (verb === "read") {
  const manager = await connection.jetstreamManager();
  const stream = address.replaceAll(".", "_");
  const made = await manager.consumers.add(stream, { name: "foreign", ack_policy: AckPolicy.None });
  const consumer = await jetStream.consumers.get(stream, "foreign");
  let left = made.num_pending;
  while (left > 0) {
    for await (const message of await consumer.fetch({ max_messages: left, expires: 2000 })) {
      left--;
      const found = {};
      for (const name of message.headers?.keys() ?? []) found[name] = message.headers.get(name);
      console.log(JSON.stringify({ subject: message.subject, headers: found, body: message.string() }));
    }
  }
} else {
  for (const key of keys) {
    const own = headers();
    own.set("ce-specversion", "1.0");
    own.set("ce-id", `id-${key}`);
    own.set("ce-source", "/theirs");
    own.set("ce-type", "tests.foreign.v1");
    own.set("ce-datacontenttype", "application/json");
    own.set("ce-partitionkey", encodeURIComponent(key));
    own.set("x-mine", "theirs");
    const partition = (murmur2(new TextEncoder().encode(key)) & 0x7fffffff) % Number(partitions);
    await jetStream.publish(`${address}.${partition}`, JSON.stringify({ text: "their text" }), { headers: own });
  }
}

await connection.close();

// MurmurHash2, as Kafka's clients have it.
function murmur2(bytes) {
  const m = 0x5bd1e995;
  let hash = 0x9747b28c ^ bytes.length;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    let k = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    hash = Math.imul(hash, m) ^ Math.imul(k, m);
  }

  const rest = bytes.length - at;
  if (rest > 2) hash ^= bytes[at + 2] << 16;
  if (rest > 1) hash ^= bytes[at + 1] << 8;
  if (rest > 0) hash = Math.imul(hash ^ bytes[at], m);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, m);
  return hash ^ (hash >>> 15);
}
