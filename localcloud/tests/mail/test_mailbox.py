from __future__ import annotations

import email
from datetime import UTC, datetime
from email.policy import default

from hypothesis import given
from hypothesis import strategies as st

from millrace_localcloud.mail.mailbox import Mailbox
from millrace_localcloud.mail.notification import compose_notification


def compose(body="one", subject="Two"):
    return compose_notification(
        to="owner@example.com",
        subject=subject,
        body=body,
        message_id="id",
        sent_at=datetime(2026, 1, 2, tzinfo=UTC),
    )


def test_messages_sort_in_the_order_of_delivery_and_none_is_left_unfinished(tmp_path):
    mailbox = Mailbox(tmp_path)

    files = [mailbox.put(compose(body=str(number))) for number in range(50)]

    assert sorted(tmp_path.iterdir()) == files
    assert len(set(files)) == 50


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])))
def test_any_line_survives_the_way_through_a_file(tmp_path_factory, body):
    file = Mailbox(tmp_path_factory.mktemp("mail")).put(compose(body=body))

    read = email.message_from_bytes(file.read_bytes(), policy=default)

    assert read.get_content() == f"{body}\n"


def test_a_line_longer_than_email_allows_is_encoded(tmp_path):
    file = Mailbox(tmp_path).put(compose(body="é" * 2000))

    assert max(map(len, file.read_bytes().splitlines())) <= 998
    read = email.message_from_bytes(file.read_bytes(), policy=default)
    assert read.get_content() == "é" * 2000 + "\n"


def test_a_line_break_in_a_subject_cannot_add_a_header():
    assert compose(subject="Failed\nBcc: all@example.com")["Bcc"] is None
