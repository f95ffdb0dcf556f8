# Reads or writes events with a client that is not ours: kafka-python, which is Python throughout.
import json
import sys

from kafka import KafkaConsumer, KafkaProducer

verb, broker, topic = sys.argv[1:4]
if verb == "read":
    consumer = KafkaConsumer(topic, bootstrap_servers=broker, auto_offset_reset="earliest", consumer_timeout_ms=3000)
    for record in consumer:
        headers = [text for name, value in record.headers for text in (name, value.decode())]
        print(json.dumps({"key": record.key.decode(), "payload": record.value.decode(), "headers": headers}))
else:
    producer = KafkaProducer(bootstrap_servers=broker, acks="all")
    for key in sys.argv[4:]:
        headers = {
            "ce_specversion": "1.0", "ce_id": "id-" + key, "ce_source": "/theirs", "ce_type": "tests.note.v1",
            "content-type": "application/json", "x-mine": "theirs",
        }
        body = json.dumps({"Text": "their text"}).encode()
        producer.send(topic, key=key.encode(), value=body, headers=[(name, value.encode()) for name, value in headers.items()])
    producer.flush()
