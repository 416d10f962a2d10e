from archive.search.messages import problem_message
from archive.search.query import Problem


def test_every_problem_has_a_sentence_of_its_own():
    messages = [problem_message(problem) for problem in Problem]

    assert len(set(messages)) == len(Problem)
    assert all(message.endswith(".") for message in messages)
