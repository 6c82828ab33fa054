"""The memory of a worker's process stays the same, however much a queue holds."""

from __future__ import annotations

import json
import os
from functools import partial

import pika

FEW, MANY = 80, 160


def _body():
    return json.dumps({"id": 1, "note": os.urandom(120_000).hex()})


def test_a_queue_of_sqs(on_scale, tmp_path):
    scale = on_scale(tmp_path)

    def fill(messages):
        url = scale.cloud.sqs.create_queue(QueueName="airports")["QueueUrl"]
        for _ in range(messages):
            scale.cloud.sqs.send_message(QueueUrl=url, MessageBody=_body())
        return {"kind": "queue", "queue": "airports"}

    scale.weigh("a queue of SQS", partial(fill, FEW), partial(fill, MANY))


def test_a_queue_of_rabbitmq(on_scale, tmp_path, broker):
    def fill(messages):
        with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", broker)) as connection:
            channel = connection.channel()
            for queue in ("heavy", "heavy-dead"):
                channel.queue_declare(queue, durable=True)
            channel.queue_purge("heavy")
            channel.confirm_delivery()
            for number in range(messages):
                properties = pika.BasicProperties(message_id=f"{messages}-{number}")
                channel.basic_publish("", "heavy", _body(), properties)
        return {
            "kind": "queue",
            "broker": f"amqp://127.0.0.1:{broker}/",
            "queue": "heavy",
            "dead_letter": "heavy-dead",
            "secret": "millrace/source",
        }

    secret = {"user": "guest", "password": "guest"}
    small, large = partial(fill, FEW), partial(fill, MANY)
    on_scale(tmp_path).weigh("a queue of RabbitMQ", small, large, secret=secret)
