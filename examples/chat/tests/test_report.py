import os
import unittest
from unittest import mock

from chat.context import UserContext
from chat.report import report
from tests.base import ChatTestCase


class ReportTest(ChatTestCase):
    def test_each_question_is_answered(self) -> None:
        assert report(self.user_context, ["1 + 1", "2 + 2"]) == ["the sum is 2", "the sum is 4"]


class MostQuestionsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.user_context = UserContext("ann")

    @mock.patch.dict("os.environ", {"CHAT_MOST_QUESTIONS": "1"})
    def test_one_is_enough(self) -> None:
        assert report(self.user_context, ["1 + 1", "2 + 2"]) == ["the sum is 2"]

    def test_none_is_possible(self) -> None:
        os.environ["CHAT_MOST_QUESTIONS"] = "0"
        self.addCleanup(os.environ.pop, "CHAT_MOST_QUESTIONS")
        assert report(self.user_context, ["1 + 1"]) == []
