"""Work that the cloud did in the background is on disk before anybody is told that it ended."""

from __future__ import annotations

import json
import signal

ROLE = "arn:aws:iam::123456789012:role/crawler"
TEMPLATE = {
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "made"}}}
}


def finish_a_stack(cloud, eventually):
    stacks = cloud.client("cloudformation")
    stacks.create_stack(StackName="made", TemplateBody=json.dumps(TEMPLATE))
    assert eventually(lambda: status_of_stack(cloud) == "CREATE_COMPLETE")


def status_of_stack(cloud):
    found = cloud.client("cloudformation").describe_stacks(StackName="made")
    return found["Stacks"][0]["StackStatus"]


def finish_a_crawl(cloud, eventually):
    s3, glue = cloud.client("s3"), cloud.client("glue")
    s3.create_bucket(Bucket="crawled")
    s3.put_object(Bucket="crawled", Key="birds/a.csv", Body=b"name,legs\nwren,2\nowl,2\nbee,6\n")
    glue.create_database(DatabaseInput={"Name": "crawled"})
    glue.create_crawler(
        Name="birds",
        Role=ROLE,
        DatabaseName="crawled",
        Targets={"S3Targets": [{"Path": "s3://crawled/birds/"}]},
    )
    glue.start_crawler(Name="birds")
    assert eventually(lambda: status_of_crawl(cloud) == "SUCCEEDED")


def status_of_crawl(cloud):
    crawler = cloud.client("glue").get_crawler(Name="birds")["Crawler"]
    return crawler.get("LastCrawl", {}).get("Status")


def finish_a_query(cloud, eventually):
    athena = cloud.client("athena")
    cloud.client("s3").create_bucket(Bucket="results")
    query = athena.start_query_execution(
        QueryString="CREATE VIEW crawled.two AS SELECT 2 AS n",
        ResultConfiguration={"OutputLocation": "s3://results/"},
    )["QueryExecutionId"]
    assert eventually(lambda: status_of_query(cloud, query) == "SUCCEEDED")
    return query


def status_of_query(cloud, query):
    found = cloud.client("athena").get_query_execution(QueryExecutionId=query)
    return found["QueryExecution"]["Status"]["State"]


def kill(cloud):
    cloud.process.send_signal(signal.SIGKILL)
    cloud.process.wait(60)


def test_work_that_was_told_as_done_survives_a_kill_the_moment_after(
    start_cloud, tmp_path, eventually
):
    with start_cloud(tmp_path) as cloud:
        finish_a_stack(cloud, eventually)
        kill(cloud)
    with start_cloud(tmp_path) as cloud:
        assert status_of_stack(cloud) == "CREATE_COMPLETE"
        assert cloud.client("sqs").get_queue_url(QueueName="made")
        finish_a_crawl(cloud, eventually)
        kill(cloud)
    with start_cloud(tmp_path) as cloud:
        assert status_of_crawl(cloud) == "SUCCEEDED"
        table = cloud.client("glue").get_table(DatabaseName="crawled", Name="birds")["Table"]
        assert [c["Name"] for c in table["StorageDescriptor"]["Columns"]] == ["name", "legs"]
        query = finish_a_query(cloud, eventually)
        kill(cloud)
    with start_cloud(tmp_path) as cloud:
        assert status_of_query(cloud, query) == "SUCCEEDED"
        assert cloud.client("glue").get_table(DatabaseName="crawled", Name="two")
