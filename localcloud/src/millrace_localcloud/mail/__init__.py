"""Email of SNS and SES, delivered to a folder and to an SMTP server."""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.seams import replace_attribute, replace_backend


def install(cloud: Cloud) -> None:
    """Deliver what moto drops without a word."""
    from moto.sns.models import Subscription

    from millrace_localcloud.mail.mailbox import Mailbox
    from millrace_localcloud.mail.post_office import PostOffice
    from millrace_localcloud.mail.relay import Relay
    from millrace_localcloud.mail.ses import EmailBackend
    from millrace_localcloud.mail.subscriptions import make_publish

    relay = Relay(cloud.smtp) if cloud.smtp else None
    office = PostOffice(Mailbox(cloud.home.mail), relay)
    replace_attribute(
        Subscription, "publish", make_publish(cloud, office, original=Subscription.publish)
    )
    EmailBackend.office = office
    replace_backend("ses", "ses_backends", EmailBackend)
