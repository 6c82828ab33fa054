from __future__ import annotations

from email.message import EmailMessage

from millrace.mailbox import read_mails, wait_for_mail


def deliver(folder, name: str, subject: str, text: str) -> None:
    message = EmailMessage()
    message["To"], message["Subject"] = "ops@example.com", subject
    message.set_content(text)
    (folder / f"{name}.eml").write_bytes(bytes(message))


def test_mails_are_read_oldest_first_with_their_text(tmp_path):
    deliver(tmp_path, "2", "second", "zwölf\n")
    deliver(tmp_path, "1", "first", "eins\n")

    assert [(mail.subject, mail.text) for mail in read_mails(tmp_path)] == [
        ("first", "eins\n"),
        ("second", "zwölf\n"),
    ]


def test_only_mails_that_name_the_run_are_waited_for(tmp_path):
    deliver(tmp_path, "1", "flights failed (run r1)", "")
    deliver(tmp_path, "2", "raw", '{"run": "r2"}')

    assert [mail.subject for mail in wait_for_mail(tmp_path, "r2")] == ["raw"]
    assert wait_for_mail(tmp_path, "r3", deadline_s=0) == []


def test_no_mail_is_waited_for_once_notify_is_done_with_the_run(tmp_path):
    deliver(tmp_path, "1", "flights failed (run r1)", "")

    assert wait_for_mail(tmp_path, "r2", lambda: True) == []
    assert len(wait_for_mail(tmp_path, "r1", lambda: True)) == 1


def test_a_mail_of_certain_words_is_waited_for_though_another_names_the_run(tmp_path):
    deliver(tmp_path, "1", "flights: Etl failed (run r1)", "")
    looks = []

    def comes_later() -> bool:
        looks.append(None)
        if len(looks) == 2:
            deliver(tmp_path, "2", "a run failed, and so did notify", "r1")
        return False

    mails = wait_for_mail(tmp_path, "r1", comes_later, words="so did notify")

    assert [mail.file.stem for mail in mails] == ["1", "2"]
