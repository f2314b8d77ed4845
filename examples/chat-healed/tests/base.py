import unittest

from chat.context import UserContext


class ChatTestCase(unittest.TestCase):
    def setUp(self) -> None:
        self.user_context = UserContext("ann")
