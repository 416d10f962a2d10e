from archive.search.messages import problem_message
from archive.search.query import Problem, Trouble


def test_every_problem_has_a_sentence_of_its_own():
    messages = [problem_message(Problem(trouble, "س")) for trouble in Trouble]

    assert len(set(messages)) == len(Trouble)
    assert all(message.endswith(".") for message in messages)
