from unittest import mock

from chat.report import report
from tests.base import ChatTestCase


class ReportTest(ChatTestCase):
    def test_each_question_is_answered(self) -> None:
        assert report(self.user_context, ["1 + 1", "2 + 2"]) == ["the sum is 2", "the sum is 4"]


class MostQuestionsTest(ChatTestCase):
    def test_one_is_enough(self) -> None:
        with mock.patch("chat.report.settings.get", return_value="1"):
            assert report(self.user_context, ["1 + 1", "2 + 2"]) == ["the sum is 2"]

    def test_none_is_possible(self) -> None:
        with mock.patch("chat.report.settings.get", return_value="0"):
            assert report(self.user_context, ["1 + 1"]) == []
