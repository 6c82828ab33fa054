"""Operations on workgroups."""

from __future__ import annotations

import json

from millrace_localcloud.athena.api.answers import Answer, Answers, refusals


class GroupAnswers(Answers):
    """UpdateWorkGroup, and what moto answers for workgroups that do not exist."""

    @refusals
    def get_work_group(self) -> Answer:
        self.athena_backend.work_group(self._get_param("WorkGroup"))
        answer: str = super().get_work_group()
        return answer

    @refusals
    def update_work_group(self) -> Answer:
        self.athena_backend.update_work_group(self._get_param("WorkGroup"), json.loads(self.body))
        return "{}"

    @refusals
    def delete_work_group(self) -> Answer:
        recursive = bool(self._get_param("RecursiveDeleteOption"))
        self.athena_backend.remove_work_group(self._get_param("WorkGroup"), recursive=recursive)
        return "{}"
