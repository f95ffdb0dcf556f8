import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Reads or writes events with a client that is not ours: Kafka's own. */
class Foreign {
    public static void main(String[] arguments) throws Exception {
        var properties = new Properties();
        properties.put("bootstrap.servers", arguments[1]);
        if (arguments[0].equals("read")) {
            read(properties, arguments[2]);
        } else {
            write(properties, arguments);
        }
    }

    private static void read(Properties properties, String topic) {
        var out = new java.io.PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream().map(found -> new TopicPartition(topic, found.partition())).collect(Collectors.toList());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var left = consumer.endOffsets(partitions).values().stream().mapToLong(end -> end).sum();
            while (left > 0) {
                for (var record : consumer.poll(Duration.ofMillis(500))) {
                    left--;
                    var headers = new java.util.ArrayList<String>();
                    for (var header : record.headers()) {
                        headers.add(quote(header.key()));
                        headers.add(quote(new String(header.value(), StandardCharsets.UTF_8)));
                    }
                    out.println("{\"partition\":" + record.partition() + ",\"key\":" + quote(record.key()) + ",\"payload\":" + quote(record.value()) + ",\"headers\":[" + String.join(",", headers) + "]}");
                }
            }
        }
    }

    private static void write(Properties properties, String[] arguments) {
        properties.put("acks", "all");
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (var key : List.of(arguments).subList(3, arguments.length)) {
                var record = new ProducerRecord<>(arguments[2], key, body(key));
                if (key.startsWith("structured")) {
                    add(record, "content-type", "application/cloudevents+json");
                    add(record, "x-mine", "theirs");
                } else if (!key.startsWith("plain")) {
                    add(record, "ce_specversion", "1.0");
                    add(record, "ce_id", "id-" + key);
                    add(record, "ce_source", "/theirs");
                    add(record, "ce_type", "tests.note.v1");
                    add(record, "content-type", "application/json");
                    add(record, "x-mine", "theirs");
                }
                producer.send(record);
            }
        }
    }

    private static String body(String key) {
        var note = "{\"Text\":\"their text\"}";
        return !key.startsWith("structured") ? note
            : "{\"specversion\":\"1.0\",\"id\":\"id-" + key + "\",\"source\":\"/theirs\",\"type\":\"tests.note.v1\",\"data\":" + note + "}";
    }

    private static void add(ProducerRecord<String, String> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String quote(String text) {
        return text == null ? "null" : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
