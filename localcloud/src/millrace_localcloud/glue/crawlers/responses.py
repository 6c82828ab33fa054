"""Crawler and classifier operations that moto does not route, or answers in part."""

from __future__ import annotations

from moto.core.responses import ActionResult, EmptyResult
from moto.glue.responses import GlueResponse
from moto.glue.utils import validate_crawl_filters

from millrace_localcloud.glue.paging import page

_MOST_CRAWLS = 20
_MOST_METRICS = 800
_MEMBERS = {
    "Role": "role",
    "DatabaseName": "database_name",
    "Description": "description",
    "Targets": "targets",
    "Schedule": "schedule",
    "Classifiers": "classifiers",
    "TablePrefix": "table_prefix",
    "SchemaChangePolicy": "schema_change_policy",
    "RecrawlPolicy": "recrawl_policy",
    "LineageConfiguration": "lineage_configuration",
    "Configuration": "configuration",
    "CrawlerSecurityConfiguration": "crawler_security_configuration",
}


class CrawlersResponse(GlueResponse):
    """UpdateCrawler, ListCrawls, GetCrawlerMetrics and classifiers."""

    def update_crawler(self) -> ActionResult:
        given = {name: self.parameters.get(member) for member, name in _MEMBERS.items()}
        self.glue_backend.update_crawler(self.parameters["Name"], **given)
        return EmptyResult()

    def list_crawls(self) -> ActionResult:
        """Newest first (AWS Glue API, ListCrawls)."""
        asked = self.parameters
        filters = validate_crawl_filters(asked.get("Filters", []))
        name = asked["CrawlerName"]
        every = len(self.glue_backend.get_crawler(name).crawls) + 1
        crawls, _ = self.glue_backend.list_crawls(name, filters, max_results=every)
        newest_first = list(reversed(crawls))
        shown, token = page(
            newest_first, asked.get("NextToken"), asked.get("MaxResults"), most=_MOST_CRAWLS
        )
        return ActionResult({"Crawls": [crawl.as_dict() for crawl in shown], "NextToken": token})

    def get_crawler_metrics(self) -> ActionResult:
        asked = self.parameters
        names = asked.get("CrawlerNameList") or list(self.glue_backend.crawlers)
        shown, token = page(
            names, asked.get("NextToken"), asked.get("MaxResults"), most=_MOST_METRICS
        )
        metrics = [self.glue_backend.get_crawler(name).metrics() for name in shown]
        return ActionResult({"CrawlerMetricsList": metrics, "NextToken": token})

    def create_classifier(self) -> ActionResult:
        self.glue_backend.put_classifier(self.parameters, create=True)
        return EmptyResult()

    def update_classifier(self) -> ActionResult:
        self.glue_backend.put_classifier(self.parameters, create=False)
        return EmptyResult()

    def get_classifier(self) -> ActionResult:
        found = self.glue_backend.classifier(self.parameters["Name"])
        return ActionResult({"Classifier": {"CsvClassifier": found}})

    def get_classifiers(self) -> ActionResult:
        found = [{"CsvClassifier": each} for each in self.glue_backend.classifiers.values()]
        return ActionResult({"Classifiers": found})

    def delete_classifier(self) -> ActionResult:
        self.glue_backend.delete_classifier(self.parameters["Name"])
        return EmptyResult()
