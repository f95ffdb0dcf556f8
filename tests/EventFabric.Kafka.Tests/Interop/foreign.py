# Reads or writes events with a client that is not ours: kafka-python, which is Python throughout.
import json
import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

ATTRIBUTES = {"specversion": "1.0", "source": "/theirs", "type": "tests.note.v1"}
NOTE = {"Text": "their text"}


def read(broker, topic):
    consumer = KafkaConsumer(bootstrap_servers=broker)
    partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
    consumer.assign(partitions)
    consumer.seek_to_beginning()
    left = sum(consumer.end_offsets(partitions).values())
    while left > 0:
        record = next(consumer)
        left -= 1
        print(json.dumps({
            "partition": record.partition,
            "key": record.key.decode(),
            "payload": None if record.value is None else record.value.decode(),
            "headers": [text for name, value in record.headers for text in (name, value.decode())],
        }))


def message(key):
    """The headers and the body of the kind of message that the key names."""
    if key.startswith("plain"):
        return {}, NOTE
    if key.startswith("structured"):
        return {"content-type": "application/cloudevents+json", "x-mine": "theirs"}, {**ATTRIBUTES, "id": "id-" + key, "data": NOTE}
    names = {"ce_" + name: value for name, value in ATTRIBUTES.items()}
    return {**names, "ce_id": "id-" + key, "content-type": "application/json", "x-mine": "theirs"}, NOTE


def write(broker, topic, keys):
    producer = KafkaProducer(bootstrap_servers=broker, acks="all")
    for key in keys:
        headers, body = message(key)
        producer.send(topic, key=key.encode(), value=json.dumps(body).encode(), headers=[(name, value.encode()) for name, value in headers.items()])
    producer.flush()


if sys.argv[1] == "read":
    read(*sys.argv[2:4])
else:
    write(sys.argv[2], sys.argv[3], sys.argv[4:])
